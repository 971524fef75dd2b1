import type { ResultFile } from '../ports/results.js';
import type { SandboxFile } from '../ports/sandbox.js';

const previewCharacters = 4_000;
const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');

/** What a file is, by its first bytes and its name; nothing in it is believed beyond what is shown of it. */
export function kindOf({ name, bytes }: SandboxFile): Omit<ResultFile, 'name' | 'bytes' | 'sha256'> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // PNG (ISO/IEC 15948): the header chunk stands first, and begins with width and height.
  if (buffer.subarray(0, 8).equals(pngSignature) && buffer.length >= 33 && buffer.toString('latin1', 12, 16) === 'IHDR') {
    return { kind: 'picture', media: 'image/png', width: buffer.readUInt32BE(16), height: buffer.readUInt32BE(20) };
  }
  const text = textOf(bytes);
  if (text === undefined) return { kind: 'other' };
  if (/\.svg$/i.test(name) && text.includes('<svg')) return { kind: 'picture', media: 'image/svg+xml' };
  const preview = beginning(text);
  return { kind: /\.csv$/i.test(name) ? 'table' : 'text', preview, ...(preview.length < text.length && { cut: true }) };
}

/** The text of bytes that are nothing else: UTF-8 without NUL. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Without half of a surrogate pair at its end. */
function beginning(text: string): string {
  const part = text.slice(0, previewCharacters);
  return part.isWellFormed() ? part : part.slice(0, -1);
}
