import { sha256 } from '../canonical.js';
import { AxonError } from '../errors.js';
import type { SandboxFile, SandboxJob } from '../ports/sandbox.js';
import { isPlainName } from '../policy/path/plain-name.js';
import { limits } from './limits.js';

/** Seconds of wall time that the job gets: what it asked for, at least 1, at most the limit. */
export function jobSeconds(job: SandboxJob): number {
  const asked = job.timeoutSeconds ?? limits.seconds;
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 1), limits.seconds) : limits.seconds;
}

/**
 * What a container that waits is handed: a line with the lengths and the SHA-256 of code and files, and the time, then the
 * code, then the files as a tar archive (media/sandbox/run.sh reads it). Rejects with `AxonError` too-large, or denied for
 * a name that is no relative path of plain names.
 */
export async function programBytes(job: SandboxJob): Promise<Buffer> {
  const code = Buffer.from(job.code);
  const tar = await archiveOf(job.files ?? []);
  // Whole seconds, as `timeout` counts; what is asked for in parts of one is kept by whoever waits outside.
  const line = [code.byteLength, sha256(code), Math.ceil(jobSeconds(job)), tar.byteLength, sha256(tar)].join(' ');
  return Buffer.concat([Buffer.from(`${line}\n`), code, tar]);
}

async function archiveOf(files: readonly SandboxFile[]): Promise<Buffer> {
  if (files.length === 0) return Buffer.alloc(0);
  const bytes = files.reduce((sum, each) => sum + each.bytes.byteLength, 0);
  if (files.length > limits.inputFiles) throw new AxonError('too-large', `A program can be given ${limits.inputFiles} files at most; these are ${files.length}.`, 'Give it fewer.');
  if (bytes > limits.inputBytes) throw new AxonError('too-large', `The files for the program are larger than ${limits.inputBytes / 1024 / 1024} MB together.`, 'Give it fewer, or a part of them.');
  const { pack } = await import('tar-stream');
  const tar = pack();
  for (const { name, bytes: content } of files) {
    if (!isPlainName(name)) throw new AxonError('denied', `A file for the program can't be named ${JSON.stringify(name)}.`);
    tar.entry({ name, mode: 0o644 }, Buffer.from(content));
  }
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
