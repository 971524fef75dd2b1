import type { ChildProcessByStdio } from 'node:child_process';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { mostBytes, tooMuch } from './bounded.js';

export interface ProgramEnd {
  /** Null when it could not be started, or a signal ended it. */
  readonly code: number | null;
  /** The last 4,000 characters of its errors. */
  readonly said: string;
  /** It had printed something before: what was begun broke off. */
  readonly begun: boolean;
  /** It could not be started. */
  readonly error?: Error;
}

const saidCharacters = 4000;

/**
 * A program's standard input and output as one stream, which a client can use like a socket. A program that fails ends the
 * stream with the error that `explain` makes of it; destroying the stream kills the program.
 */
export function programStream(child: ChildProcessByStdio<Writable, Readable, Readable>, explain: (end: ProgramEnd) => Error, most = mostBytes): Duplex {
  let said = '';
  let ended: ProgramEnd | undefined;
  let printed = false;
  let bytes = 0;
  const stream = new Duplex({
    // Half open: what is asked may end before the answer.
    allowHalfOpen: true,
    read: () => void child.stdout.resume(),
    // That its pipe broke is told by its end, which says why.
    write: (chunk: Buffer, _encoding, done) => void child.stdin.write(chunk, () => { done(); }),
    final: (done) => void child.stdin.end(() => { done(); }),
    destroy: (error, done) => {
      child.kill();
      child.stdin.destroy();
      child.stdout.destroy();
      done(error);
    },
  });
  const settle = (): void => {
    if (!ended || !printed || stream.destroyed) return;
    // The pipe behind a shared connection may stay open after the program: its end is what counts, not theirs.
    if (ended.code === 0) stream.push(null);
    else stream.destroy(explain(ended));
  };
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > most) stream.destroy(tooMuch());
    else if (!stream.push(chunk)) child.stdout.pause();
  });
  for (const event of ['end', 'close'] as const) {
    child.stdout.once(event, () => {
      printed = true;
      settle();
    });
  }
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-saidCharacters);
  });
  // An error that nobody hears would end the editor's host.
  for (const each of [stream, child.stdin, child.stdout, child.stderr]) each.on('error', () => undefined);
  child.once('exit', (code) => {
    // What it said may still be in the pipe; and a shared connection that it left behind may keep that open.
    const late = setTimeout(told, 200);
    child.stderr.once('close', told);
    function told(): void {
      clearTimeout(late);
      ended ??= { code, said, begun: bytes > 0 };
      settle();
    }
  });
  child.once('error', (error) => {
    ended = { code: null, said, begun: bytes > 0, error };
    printed = true;
    settle();
  });
  return stream;
}
