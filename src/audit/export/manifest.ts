import * as z from 'zod/mini';
import { canonicalJson } from '../../canonical.js';
import { parseJson } from '../parse-json.js';
import { keyedHash } from '../record.js';
import { anchorText, noAnchor, parseAnchor, type AnchorState } from '../storage/anchor-state.js';

export interface ManifestFile {
  /** Below the bundle's folder, with forward slashes. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** What a bundle holds, sealed with the log's key: a file more or less, or another one, can't pass. */
export interface Manifest {
  readonly keyId: string;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  /** What was remembered of the log's end, outside its folder, when the bundle was made. */
  readonly anchor: AnchorState;
  readonly files: readonly ManifestFile[];
  /** Names in the log's folder that are no plain files, so that they could not be taken along. */
  readonly leftOut: readonly string[];
  /** Key ids of logs beside this one, which are not in the bundle. */
  readonly otherLogs: readonly string[];
}

export const manifestName = 'manifest.json';
/** Bytes. What it says of one file takes about 250. */
export const longestManifest = 64 * 1024 * 1024;
/** The only places in a bundle; every name is one that no file system takes for something else. */
const filePath = /^(?:README\.txt|(?:journals|segments|aside)\/[A-Za-z0-9_][\w.-]{0,199})$/;

const windowsDevice = /\/(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

export const isBundlePath = (path: string): boolean => filePath.test(path) && !path.endsWith('.') && !windowsDevice.test(path);

const shape = z.strictObject({
  format: z.literal('axon-audit-bundle'),
  v: z.literal(1),
  keyId: z.string(),
  madeAt: z.iso.datetime({ precision: 3 }),
  anchor: z.nullable(z.string()),
  files: z.array(z.strictObject({ path: z.string().check(z.refine(isBundlePath)), size: z.int().check(z.minimum(0)), sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)) })),
  leftOut: z.array(z.string()),
  otherLogs: z.array(z.string()),
  seal: z.string(),
});

export function manifestText(key: Uint8Array, manifest: Manifest): string {
  const { anchor: remembered, madeAt, ...rest } = manifest;
  const body = { format: 'axon-audit-bundle', v: 1, ...rest, madeAt: new Date(madeAt).toISOString(), anchor: remembered.known ? anchorText(remembered) : null };
  return inLines({ ...body, seal: sealOf(key, body) });
}

const sealOf = (key: Uint8Array, body: object): string => keyedHash(key, 'bundle', canonicalJson(body));

/** Sorted and indented: a person may want to read it. */
const inLines = (value: object): string => `${JSON.stringify(JSON.parse(canonicalJson(value)), null, 2)}\n`;

/**
 * `other-key`: it says that it was sealed with another key. `changed`: it isn't, byte for byte, what `manifestText` makes
 * with this key.
 */
export function readManifest(key: Uint8Array, keyId: string, text: string): Manifest | 'other-key' | 'changed' {
  const parsed = shape.safeParse(parseJson(text));
  if (!parsed.success) return 'changed';
  const { seal, ...body } = parsed.data;
  if (body.keyId !== keyId) return 'other-key';
  if (sealOf(key, body) !== seal || inLines(parsed.data) !== text) return 'changed';
  const remembered = body.anchor === null ? noAnchor : parseAnchor(body.anchor);
  if (!remembered || new Set(body.files.map((each) => each.path)).size !== body.files.length) return 'changed';
  const manifest: Manifest = { ...body, madeAt: Date.parse(body.madeAt), anchor: remembered };
  return manifest;
}
