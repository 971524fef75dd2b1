import * as z from 'zod/mini';
import type { FileListing } from '../ports/files.js';
import { count, fitLines } from './file-output.js';
import { defineTool, type ToolResult } from './tool.js';

const schema = z.strictObject({
  path: z.optional(z.string().check(z.minLength(1), z.maxLength(4096), z.describe('The folder, relative to the workspace folder; left out: the workspace folder itself (with several, the first).'))),
  depth: z.optional(z.int().check(z.minimum(1), z.maximum(10), z.describe('How many levels of folders; 1 (the default) is the folder alone.'))),
});

export const fileList = defineTool<z.infer<typeof schema>>({
  name: 'file_list',
  description:
    'Lists a folder in the workspace: folders first, by name, with sizes of files; a folder ends in “/”, a link in “@”. ' +
    'What .gitignore names is left out and counted. At most 1,000 entries.',
  schema,
  effect: 'read',
  risk: 'low',
  approval: 'grantable',
  title: ({ path = '.', depth = 1 }) => `List ${path === '.' ? 'the workspace folder' : path}${depth === 1 ? '' : `, ${depth} levels`}`,
  subjects: ({ path = '.' }) => [{ kind: 'path', operation: 'list', path }],
  run: async ({ path = '.', depth = 1 }, { files }, { signal }) => resultOf(await files.list(path, { depth }, signal)),
});

function resultOf({ path, entries, left, ignored, ruledOut = 0 }: FileListing): ToolResult {
  const lines = entries.map((entry) => {
    if (entry.kind === 'folder') return `${entry.path}/`;
    if (entry.kind === 'link') return `${entry.path}@`;
    return entry.size === undefined ? entry.path : `${entry.path}  ${count(entry.size, 'byte')}`;
  });
  const fitted = fitLines(lines);
  const missing = left + entries.length - fitted.shown;
  const notes = [...(ignored > 0 ? [`${ignored} ignored`] : []), ...(ruledOut > 0 ? [`${ruledOut} left out by rules`] : []), ...(missing > 0 ? [`${missing} more left out: list a folder below`] : [])];
  const head = `[${path}: ${[count(fitted.shown, 'entry', 'entries'), ...notes].join(', ')}]`;
  return { text: fitted.shown === 0 ? head : `${head}\n${fitted.text}`, summary: [count(entries.length, 'entry', 'entries'), ...(missing > 0 ? ['cut'] : [])].join(', ') };
}
