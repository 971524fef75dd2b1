import * as z from 'zod/mini';
import type { SearchResult } from '../ports/files.js';
import { count, fitLines } from './file-output.js';
import { defineTool, type ToolResult } from './tool.js';

const schema = z.strictObject({
  pattern: z.string().check(z.minLength(1), z.maxLength(2000), z.describe('The text to look for, on one line.')),
  regex: z.optional(z.boolean().check(z.describe('The pattern is a regular expression as ripgrep takes them (Rust syntax). Default: plain text.'))),
  path: z.optional(z.string().check(z.minLength(1), z.maxLength(4096), z.describe('A folder or file to search in, relative to the workspace folder; left out: the whole workspace folder (with several, the first).'))),
  glob: z.optional(z.string().check(z.minLength(1), z.maxLength(500), z.describe('Only files whose path matches, for example “*.ts” or “!test/**”.'))),
  case_sensitive: z.optional(z.boolean().check(z.describe('Tell upper from lower case. Default: no.'))),
});

export const fileSearch = defineTool<z.infer<typeof schema>>({
  name: 'file_search',
  description:
    'Finds lines in the files of the workspace, as “path:line: text”, at most 200. Files that .gitignore names, binary files and links are not searched; ' +
    'files that hold secrets are left out and counted.',
  schema,
  effect: 'read',
  risk: 'low',
  approval: 'grantable',
  title: ({ pattern, path, glob }) => `Search for ${pattern}${path === undefined ? '' : ` in ${path}`}${glob === undefined ? '' : ` (${glob})`}`,
  subjects: ({ path = '.' }) => [{ kind: 'path', operation: 'search', path }],
  run: async ({ pattern, regex, path, glob, case_sensitive: caseSensitive }, { files }, { signal }) => {
    const query = {
      pattern,
      ...(regex !== undefined && { regex }),
      ...(path !== undefined && { path }),
      ...(glob !== undefined && { glob }),
      ...(caseSensitive !== undefined && { caseSensitive }),
    };
    return resultOf(await files.search(query, signal));
  },
});

function resultOf({ matches, limited, filesSearched, sensitiveLeftOut, ruledOut = 0 }: SearchResult): ToolResult {
  const fitted = fitLines(matches.map((match) => `${match.path}:${match.line}: ${match.text}`));
  const inFiles = new Set(matches.map((match) => match.path)).size;
  const found = matches.length === 0 ? 'nothing found' : `${count(matches.length, 'line')} in ${count(inFiles, 'file')}`;
  const notes = [
    ...(limited ? ['there are more: narrow the search'] : [`${count(filesSearched, 'file')} searched`]),
    ...(fitted.shown < matches.length ? [`${matches.length - fitted.shown} lines left out of this answer`] : []),
    ...(sensitiveLeftOut > 0 ? [`${count(sensitiveLeftOut, 'sensitive file')} not searched`] : []),
    ...(ruledOut > 0 ? [`${count(ruledOut, 'file')} left out by rules`] : []),
  ];
  const head = `[${[found, ...notes].join(', ')}]`;
  return { text: matches.length === 0 ? head : `${head}\n${fitted.text}`, summary: limited ? `${found}, more` : found };
}
