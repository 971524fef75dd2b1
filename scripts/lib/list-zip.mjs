import { inflateRawSync } from 'node:zlib';

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const localHeader = 0x04034b50;
const deflated = 8;

/**
 * What a ZIP archive's central directory lists (APPNOTE.TXT 4.3.12), which is what an unpacker goes by.
 * @param {Buffer} bytes the whole archive, without ZIP64 @returns {{ name: string, method: number, size: number, at: number }[]} in the archive's order
 */
function directory(bytes) {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || bytes.readUInt32LE(end) !== endOfDirectory) throw new Error('This is no ZIP archive.');
  const count = bytes.readUInt16LE(end + 10);
  const entries = [];
  for (let at = bytes.readUInt32LE(end + 16), left = count; left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) !== directoryEntry) throw new Error('The ZIP archive is damaged.');
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    entries.push({ name: bytes.toString('utf8', at + 46, at + 46 + name), method: bytes.readUInt16LE(at + 10), size: bytes.readUInt32LE(at + 20), at: bytes.readUInt32LE(at + 42) });
    at += 46 + name + extra + comment;
  }
  return entries;
}

/** @param {Buffer} bytes the whole archive @returns {string[]} the names in it, in the archive's order */
export function listZip(bytes) {
  return directory(bytes).map(({ name }) => name);
}

/** @param {Buffer} bytes the whole archive @param {string} name @returns {Buffer} the content of one file in it */
export function readZip(bytes, name) {
  const entry = directory(bytes).find((each) => each.name === name);
  if (!entry || bytes.readUInt32LE(entry.at) !== localHeader) throw new Error(`There is no ${name} in the ZIP archive.`);
  const start = entry.at + 30 + bytes.readUInt16LE(entry.at + 26) + bytes.readUInt16LE(entry.at + 28);
  const content = bytes.subarray(start, start + entry.size);
  return entry.method === deflated ? inflateRawSync(content) : content;
}
