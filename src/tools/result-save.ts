import * as z from 'zod/mini';
import { AxonError } from '../errors.js';
import type { FileChange, Files } from '../ports/files.js';
import type { Results } from '../ports/results.js';
import { defineTool } from './tool.js';
import { summaryOf } from './file-change.js';

const schema = z.strictObject({
  path: z.string().check(z.minLength(1), z.maxLength(4096), z.describe('Where to put it, relative to the workspace folder. Missing folders are made.')),
  run: z.string().check(z.minLength(1), z.maxLength(64), z.describe('The run that the result belongs to, as code_execute told it.')),
  file: z.string().check(z.minLength(1), z.maxLength(255), z.describe('The name of the result.')),
});

/** Puts a file that a program left in the sandbox into the workspace: a text with a diff, anything else byte by byte. */
export const resultSave = defineTool<z.infer<typeof schema>>({
  name: 'result_save',
  description: 'Saves a result of code_execute as a file in the workspace, as the program wrote it; a text takes the encoding and the line breaks of the file it replaces. The person sees what is written where before it is.',
  schema,
  effect: 'write',
  risk: 'medium',
  approval: 'grantable',
  title: ({ file, path }) => `Save the result ${file} as ${path}`,
  subjects: ({ path }) => [{ kind: 'path', operation: 'write', path }],
  preview: async ({ run, file, path }, { files, results }, { sessionId }) => {
    const bytes = await bytesOf(results, sessionId, run, file);
    const text = plainText(bytes);
    const change = text === undefined ? undefined : await changeOf(files, path, text);
    if (change) return { kind: 'change', change };
    return { kind: 'copy', copy: await files.planCopy(path, bytes), what: `the result ${file} of run ${run}` };
  },
  run: async (_args, { files }, { preview }) => {
    if (preview?.kind === 'change') {
      await files.apply(preview.change);
      return { text: `Saved ${preview.change.path}: ${summaryOf(preview.change)}.`, summary: summaryOf(preview.change) };
    }
    if (preview?.kind !== 'copy') throw new AxonError('stale', 'There is no worked-out file, so nothing was written.', 'Call the tool again.');
    await files.apply(preview.copy);
    const summary = `${preview.copy.bytes.byteLength.toLocaleString('en')} bytes`;
    return { text: `Saved ${preview.copy.path}: ${summary}.`, summary };
  },
});

/** What is missing is a result, not a file of the workspace: that may be told to whoever may read none. */
async function bytesOf(results: Results, session: string, run: string, file: string): Promise<Uint8Array> {
  try {
    return (await results.read(session, run, file)).bytes;
  } catch (error) {
    throw error instanceof AxonError && error.code === 'not-found' ? new AxonError('stale', error.message, error.next) : error;
  }
}

/** Undefined where the file that is there is no text: nothing can be compared with it. */
async function changeOf(files: Files, path: string, text: string): Promise<FileChange | undefined> {
  try {
    return await files.planWrite(path, text);
  } catch (error) {
    if (error instanceof AxonError && error.code === 'not-text') return undefined;
    throw error;
  }
}

/** The text of bytes that are nothing else, and would be written back as the same bytes. */
function plainText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
