import { z } from 'zod';
import { applyShown } from './file-change.js';
import { defineTool } from './tool.js';

const text = z.string().max(1_000_000);
const schema = z.strictObject({
  path: z.string().min(1).max(4096).describe('The file, relative to the workspace folder.'),
  find: text.min(1).describe('The exact text to replace, with its blanks and line breaks. It must be in the file exactly once, unless all is set.'),
  replace: text.describe('What comes in its place; empty removes it.'),
  all: z.boolean().optional().describe('Replace every place where the text is. Default: no.'),
});

export const fileEdit = defineTool<z.infer<typeof schema>>({
  name: 'file_edit',
  description:
    'Replaces an exact text in a file of the workspace. Read the file first and copy the text to find. ' +
    'Encoding and line breaks are kept. The person sees the difference before it is written.',
  schema,
  effect: 'write',
  risk: 'medium',
  approval: 'grantable',
  title: ({ path }) => `Edit ${path}`,
  subjects: ({ path }) => [{ kind: 'path', operation: 'write', path }],
  preview: async ({ path, find, replace, all }, { files }) => ({
    kind: 'change',
    change: await files.planEdit(path, { find, replace, ...(all !== undefined && { all }) }),
  }),
  run: (_args, { files }, { preview }) => applyShown(preview, files),
});
