import { createHmac } from 'node:crypto';
import { canonicalJson } from '../canonical.js';
import type { AuditEvent } from './event.js';
import { lineHash } from './line-hash.js';

/** One line of the audit log: an event, redacted and cut, with its place in the chain. */
export interface AuditRecord extends AuditEvent {
  readonly v: 1;
  /** Milliseconds since the epoch. It never goes back within a journal: where the clock did, it is that of the line before. */
  readonly at: number;
  /** What the clock said; there only when it had gone back. */
  readonly clock?: number;
  readonly window: string;
  readonly journal: string;
  /** Counts from 1 in each journal, without a gap. */
  readonly seq: number;
  /** Characters of the whole arguments; there only when they were cut. */
  readonly argumentsSize?: number;
  /** Characters of the whole result, after redaction. */
  readonly resultSize?: number;
  /** SHA-256 (hex, of UTF-8) of the whole result, after redaction, so that the hash gives away no short secret. */
  readonly resultHash?: string;
  /** `hash` of the line before; for the first line the hash of the journal's name. */
  readonly prev: string;
  /** HMAC-SHA256 (hex) over the canonical record without this field. */
  readonly hash: string;
}

export type Unsealed = Omit<AuditRecord, 'hash'>;

export type DecodedLine =
  | { readonly state: 'good'; readonly record: AuditRecord }
  /** Authentic, but of a version this code doesn't know. */
  | { readonly state: 'newer' }
  | { readonly state: 'bad' };

type HashPurpose = 'line' | 'journal' | 'segment' | 'key-id' | 'cursor' | 'bundle' | 'aside';

/** A keyed hash to be fed in pieces; `purpose` keeps a hash made for one thing from being passed off as another. */
export function keyedHasher(key: Uint8Array, purpose: HashPurpose): ReturnType<typeof createHmac> {
  return createHmac('sha256', key).update(`axon-audit-${purpose}\n`);
}

/** The same for what is there in one piece, in hex. */
export function keyedHash(key: Uint8Array, purpose: HashPurpose, ...parts: readonly (string | Uint8Array)[]): string {
  const hmac = keyedHasher(key, purpose);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

/** What the first line of a journal points back to: a journal under another name doesn't verify. */
export function firstLink(key: Uint8Array, journal: string): string {
  return keyedHash(key, 'journal', journal);
}

/** Unique over all windows and for all time. */
export function recordId(record: Pick<AuditRecord, 'journal' | 'seq'>): string {
  return `${record.journal}.${record.seq}`;
}

/** Of HMAC-SHA256 in hex. */
const hashDigits = 64;
const hashField = ',"hash":"';
const journalField = ',"journal":"';
const afterHash = `"${journalField}`;

export function sealRecord(key: Uint8Array, record: Unsealed): { readonly record: AuditRecord; readonly line: string } {
  const body = canonicalJson(record);
  const hash = lineHash(key, body);
  // Put in where it belongs, which spares writing the record a second time. A quote inside a string is escaped, so the field
  // is found and no text that looks like it; `journal` is the field that follows `hash` in canonical order.
  const at = body.indexOf(journalField);
  return { record: { ...record, hash }, line: `${body.slice(0, at)}${hashField}${hash}"${body.slice(at)}` };
}

/** Reads a line back. It is good only when it is, byte for byte, what `sealRecord` makes with this key. */
export function decodeLine(key: Uint8Array, line: string): DecodedLine {
  const isSealed = isAsSealed(key, line);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { state: 'bad' };
  }
  if (typeof value !== 'object' || value === null || !('v' in value)) return { state: 'bad' };
  // The keyed hash proves that `sealRecord` wrote it, so it has the shape that `sealRecord` takes.
  if (value.v === 1) return isSealed ? { state: 'good', record: value as AuditRecord } : { state: 'bad' };
  const { hash, ...body } = value as Record<string, unknown>;
  const isAuthentic = canonicalJson(value) === line && lineHash(key, canonicalJson(body)) === hash;
  return { state: isAuthentic ? 'newer' : 'bad' };
}

/**
 * Takes the hash out of the text as it stands, which is far quicker than to write the record anew. What is left is canonical
 * when its keyed hash is right; and the hash stood in its place when the field after it is the one that follows in canonical
 * order: that one is there once, and quotes inside a string are escaped.
 */
function isAsSealed(key: Uint8Array, line: string): boolean {
  const at = line.indexOf(hashField);
  const from = at + hashField.length;
  const to = from + hashDigits;
  if (at === -1 || !line.startsWith(afterHash, to)) return false;
  return lineHash(key, line, { from: at, to: to + 1 }) === line.slice(from, to);
}
