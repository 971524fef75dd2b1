import * as z from 'zod/mini';
import { applyShown } from './file-change.js';
import { defineTool } from './tool.js';

const schema = z.strictObject({
  path: z.string().check(z.minLength(1), z.maxLength(4096), z.describe('The file, relative to the workspace folder. Missing folders are made.')),
  text: z.string().check(z.maxLength(10_000_000), z.describe('The whole text of the file.')),
});

export const fileWrite = defineTool<z.infer<typeof schema>>({
  name: 'file_write',
  description:
    'Creates a text file in the workspace, or replaces its whole text. Encoding and CRLF line breaks of an existing file are kept. ' +
    'To change a part of a file use file_edit. The person sees the difference before it is written.',
  schema,
  effect: 'write',
  risk: 'medium',
  approval: 'grantable',
  title: ({ path }) => `Write ${path}`,
  subjects: ({ path }) => [{ kind: 'path', operation: 'write', path }],
  preview: async ({ path, text }, { files }) => ({ kind: 'change', change: await files.planWrite(path, text) }),
  run: (_args, { files }, { preview }) => applyShown(preview, files),
});
