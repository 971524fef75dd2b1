import { visibleLine } from '../visible.js';

/** Where the program writes to; two streams in the end. */
export interface Terminal {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** One line. Names of files and the like come from a log that may be hostile: nothing in it steers the terminal. */
export function printLine(stream: NodeJS.WritableStream, line: string): void {
  stream.write(`${visibleLine(line)}\n`);
}

/** Shows how far long work is, on a terminal only: one line that is written over, and gone in the end. */
export class ProgressLine {
  #shown = false;
  #at = 0;

  constructor(private readonly stream: Terminal['err']) {}

  show(text: string): void {
    const now = performance.now();
    if (!this.stream.isTTY || now - this.#at < 100) return;
    this.#at = now;
    this.#shown = true;
    this.stream.write(`\r\u001b[K${visibleLine(text)}`);
  }

  end(): void {
    if (this.#shown) this.stream.write('\r\u001b[K');
    this.#shown = false;
  }
}
