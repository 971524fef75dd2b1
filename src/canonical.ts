import { hash } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Canonical JSON after RFC 8785 (JCS): keys in UTF-16 order, no blanks, ECMAScript numbers. Two values that mean the same
 * have the same text, so their hashes can be compared. Keys whose value is `undefined` are left out, as `JSON.stringify` does.
 * Throws `TypeError` for what JSON can't hold (NaN, functions, cycles run out of stack).
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('a number that JSON cannot hold');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((each) => (each === undefined ? 'null' : canonicalJson(each))).join(',')}]`;
  if (typeof value === 'object') {
    const fields = value as Record<string, unknown>;
    let text = '';
    // Without a comparison of our own, `sort` goes by UTF-16 units.
    for (const key of Object.keys(fields).sort()) {
      const field = fields[key];
      if (field !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(field)}`;
    }
    return `{${text}}`;
  }
  throw new TypeError(`a ${typeof value} has no JSON form`);
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}
