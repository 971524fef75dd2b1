import * as z from 'zod/mini';
import type { FileText } from '../ports/files.js';
import { count, fitLines } from './file-output.js';
import { defineTool, type ToolResult } from './tool.js';

const line = z.int().check(z.minimum(1), z.maximum(10_000_000));
const schema = z.strictObject({
  path: z.string().check(z.minLength(1), z.maxLength(4096), z.describe('The file, relative to the workspace folder.')),
  from: z.optional(line.check(z.describe('The first line wanted, counted from 1.'))),
  to: z.optional(line.check(z.describe('The last line wanted, inclusive.'))),
});

const eolNames: Record<FileText['eol'], string> = { lf: 'LF', crlf: 'CRLF', mixed: 'mixed line breaks', none: 'no line breaks' };

export const fileRead = defineTool<z.infer<typeof schema>>({
  name: 'file_read',
  description:
    'Reads a text file in the workspace (UTF-8 or UTF-16, at most 10 MB). The first line of the result tells path, lines, encoding and line breaks; ' +
    'the rest is the text as it is, with line breaks as LF, at most 40,000 characters: ask for a range to read on. ' +
    'Text that an editor has not saved yet is read as it stands there. Files that hold secrets are refused.',
  schema,
  effect: 'read',
  risk: 'low',
  approval: 'grantable',
  title: ({ path, from, to }) => (from === undefined && to === undefined ? `Read ${path}` : `Read ${path}, lines ${from ?? 1} to ${to ?? 'the end'}`),
  subjects: ({ path }) => [{ kind: 'path', operation: 'read', path }],
  run: async ({ path, from, to }, { files }) => resultOf(await files.read(path, { ...(from !== undefined && { from }), ...(to !== undefined && { to }) })),
});

function resultOf(file: FileText): ToolResult {
  const { path, text, from, totalLines, encoding, eol, bytes, unsaved } = file;
  if (totalLines === 0) return { text: `[${path}: empty]`, summary: 'empty' };
  const wanted = file.to - from + 1;
  const lines = text.split('\n');
  const fitted = fitLines(lines.slice(0, wanted));
  const last = from + fitted.shown - 1;
  const facts = [`lines ${from} to ${last} of ${totalLines}`, encoding, eolNames[eol], count(bytes, 'byte'), ...(unsaved ? ['unsaved text of an open editor'] : [])];
  const notes: string[] = [];
  if (fitted.cutInLine > 0) notes.push(`[cut: ${count(fitted.cutInLine, 'character')} of line ${from} are left out]`);
  if (fitted.shown < wanted) notes.push(`[cut: lines ${last + 1} to ${file.to} are left out; read on with from: ${last + 1}]`);
  return { text: [`[${path}: ${facts.join(', ')}]`, fitted.text, ...notes].join('\n'), summary: `${count(fitted.shown, 'line')}${unsaved ? ', unsaved' : ''}` };
}
