import type { PathOperation } from '../subject.js';
import { checkPath, climbs, matching, outside, patternFor, notListed, together, type Finding, type ValueContext, type ValueKind } from './value-kind.js';

/**
 * git's limits on paths: a plain path, a pattern, or `:!pattern` / `:(exclude)pattern`. Other magic such as `:/` starts
 * from the top of the repository, which may lie above the workspace.
 */
export function pathspec(operation: PathOperation): ValueKind {
  const plain = patternFor(operation);
  return {
    called: 'a path or pattern in the workspace',
    check(value, context) {
      const excluded = /^:(?:!|\^|\(exclude\))(.*)$/s.exec(value)?.[1];
      if (excluded !== undefined) return climbs(excluded) || excluded.startsWith(':') ? { refusal: outside(value) } : {};
      return value.startsWith(':') ? { refusal: notListed(value, plain.called) } : plain.check(value, context);
    },
  };
}

/**
 * A revision, a range, `REVISION:path`, or a path. git takes a word for whichever it finds, and compares files of any
 * place when a word is a path outside of the repository, so each part that can be a path passes the path guard.
 */
export const revision: ValueKind = { called: 'a revision or a path in the workspace', check: (value, context) => checkRevision(value, context, false) };

/**
 * The same for commands that print content. A word that can be the number of an object is bound to be a commit's: the
 * number of a file's content would print the file, whatever its name.
 */
export const commit: ValueKind = { called: revision.called, check: (value, context) => checkRevision(value, context, true) };

/**
 * A commit for commands that walk through what they are given. `REVISION:folder` would be walked from within, where its
 * files have other names, and neither the list of secrets nor a person's rules would know them.
 */
export const wholeCommit: ValueKind = {
  called: 'a whole revision, with its paths behind "--"',
  check: (value, context) => (value.includes(':') ? { refusal: notListed(value, wholeCommit.called) } : checkRevision(value, context, true)),
};

const written = pathspec('write');

/**
 * What `git checkout` switches to or brings back. git takes a word for a path where it is no revision, a deleted file's
 * name too; so what could be one is judged as written.
 */
export const target: ValueKind = {
  called: revision.called,
  async check(value, context) {
    const found = await checkRevision(value, context, false);
    const name = withoutSuffix(value);
    if (found.refusal || context.beforeDashes === true || ['', '-', '@', 'HEAD'].includes(name) || name.includes('...')) return found;
    const finding = await written.check(name, context);
    if (finding.refusal) return finding;
    return found.role === 'limits' || /[*?[]/.test(name) ? finding : found;
  },
};

async function checkRevision(value: string, context: ValueContext, pinned: boolean): Promise<Finding> {
  const colon = value.indexOf(':');
  if (colon === -1) return checkRange(value, context, pinned);
  // git looks for a range first, and either side of it could be the number of a file's content.
  if (value.includes('..')) return { refusal: notListed(value, 'REVISION:path without ".."; name two sides as two words') };
  const before = value.slice(0, colon);
  // In braces it belongs to a time or a text: HEAD@{1:} is a commit, and no path of one.
  if (/\{[^}]*$/.test(before)) return { refusal: notListed(value, 'REVISION:path, or a revision without ":" in braces') };
  const path = value.slice(colon + 1).replace(/^[0-3]:/, '');
  if (path.startsWith('/') || path === '') return { refusal: notListed(value, 'REVISION:path') };
  const first = before === '' ? {} : await checkRange(before, { ...context, beforeDashes: true }, false);
  if (first.refusal) return first;
  // Such a path starts at the top of the repository, which may be any folder above.
  const seen: Finding[] = [];
  for (const base of path.startsWith('./') ? [context.base] : foldersFrom(context)) {
    const finding = await checkPath(path, 'read', { ...context, base });
    if (finding.refusal) return finding;
    seen.push(finding);
  }
  return { ...together(seen), role: 'object' };
}

async function checkRange(value: string, context: ValueContext, pinned: boolean): Promise<Finding> {
  if (value === '-') return {};
  let isPath = false;
  let instead = '';
  const seen: Finding[] = [];
  for (const part of climbs(value) ? [value] : value.split(/(\.{2,3})/)) {
    const base = withoutSuffix(part.replace(/^\^/, ''));
    const at = part.indexOf(base) + base.length;
    if (['', 'HEAD', '@', '..', '...'].includes(base)) {
      instead += part;
      continue;
    }
    if (base.startsWith('-')) return { refusal: notListed(value, 'a revision') };
    const finding = await checkPath(base, 'read', context);
    if (finding.refusal) return finding;
    const found = finding.exists === true && context.beforeDashes !== true;
    if (found) seen.push(finding);
    isPath ||= found;
    instead += pinned && !found && isNumber(base) ? `${part.slice(0, at)}^{commit}${part.slice(at)}` : part;
  }
  return { ...together(seen), instead, ...(isPath && { role: 'limits' }) };
}

/** The number of an object, in full or its start, or what `git describe` makes of one. */
function isNumber(base: string): boolean {
  return /^(?:.*-g)?[0-9a-f]{4,64}$/i.test(base);
}

/** The folder that the command runs in and those above, up to the workspace's. */
function foldersFrom({ base, top = base }: ValueContext): readonly string[] {
  const folders = [base];
  for (let at = base; at.length > top.length && at.startsWith(top); folders.push(at)) {
    const above = at.slice(0, Math.max(at.lastIndexOf('/'), at.lastIndexOf('\\')));
    // The root of a disk ends in the slash that is cut off here.
    at = above.length < top.length ? top : above;
  }
  return folders;
}

/** `main` of `main~3^2`, `HEAD@{1}` or `v1^{commit}`. No name of git's holds the signs that a suffix starts with. */
function withoutSuffix(part: string): string {
  const at = part.search(/[~^]|@\{/);
  const known = at !== -1 && /^(?:~\d*|\^(?:\d+|-\d*|[@!]|\{[^{}:]*\})?|@\{[^{}:]*\})+$/.test(part.slice(at));
  return known ? part.slice(0, at) : part;
}

/**
 * A format of `git log`. Only git's own names, and texts that can't be the name of an alias in the repository's
 * configuration: such a name is letters, digits and `-`, or holds a dot behind a part of any signs. The `%G` placeholders start the signature program that the repository names.
 */
export const logFormat: ValueKind = matching(
  /^(?!.*%[+\- ]?G)(?:oneline|short|medium|full|fuller|reference|email|raw|t?format:.*|.*%.*|[^.]*[^A-Za-z0-9.-][^.]*)$/s,
  'one of git’s own formats, without signature placeholders',
);
