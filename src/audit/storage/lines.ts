import { isUtf8 } from 'node:buffer';

export interface SplitLines {
  /** Without their newline; `undefined` for one that is not UTF-8, which a lenient decoder could make look untouched. */
  readonly lines: readonly (string | undefined)[];
  /** What stands after the last newline. */
  readonly torn: Uint8Array;
}

export function splitLines(bytes: Buffer): SplitLines {
  const lines: (string | undefined)[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    const line = bytes.subarray(start, end);
    lines.push(isUtf8(line) ? line.toString('utf8') : undefined);
    start = end + 1;
  }
  return { lines, torn: bytes.subarray(start) };
}
