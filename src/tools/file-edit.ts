import * as z from 'zod/mini';
import { applyShown } from './file-change.js';
import { defineTool } from './tool.js';

const text = z.string().check(z.maxLength(1_000_000));
const schema = z.strictObject({
  path: z.string().check(z.minLength(1), z.maxLength(4096), z.describe('The file, relative to the workspace folder.')),
  find: text.check(z.minLength(1), z.describe('The exact text to replace, with its blanks and line breaks. It must be in the file exactly once, unless all is set.')),
  replace: text.check(z.describe('What comes in its place; empty removes it.')),
  all: z.optional(z.boolean().check(z.describe('Replace every place where the text is. Default: no.'))),
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
