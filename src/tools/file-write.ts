import { z } from 'zod';
import { applyShown } from './file-change.js';
import { defineTool } from './tool.js';

const schema = z.strictObject({
  path: z.string().min(1).max(4096).describe('The file, relative to the workspace folder. Missing folders are made.'),
  text: z.string().max(10_000_000).describe('The whole text of the file.'),
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
