const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;

/**
 * The names in a ZIP archive's central directory (APPNOTE.TXT 4.3.12), which is what an unpacker goes by.
 * @param {Buffer} bytes the whole archive, without ZIP64 @returns {string[]} in the archive's order
 */
export function listZip(bytes) {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || bytes.readUInt32LE(end) !== endOfDirectory) throw new Error('This is no ZIP archive.');
  const count = bytes.readUInt16LE(end + 10);
  const names = [];
  for (let at = bytes.readUInt32LE(end + 16), left = count; left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) !== directoryEntry) throw new Error('The ZIP archive is damaged.');
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    names.push(bytes.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}
