import { checkPath, climbs, matching, outside, patternFor, notListed, type Finding, type ValueContext, type ValueKind } from './value-kind.js';
import type { PathOperation } from '../subject.js';

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
export const revision: ValueKind = {
  called: 'a revision or a path in the workspace',
  async check(value, context) {
    const colon = value.indexOf(':');
    if (colon === -1) return checkRange(value, context);
    const before = value.slice(0, colon);
    const path = value.slice(colon + 1).replace(/^[0-3]:/, '');
    if (path.startsWith('/') || path === '') return { refusal: notListed(value, 'REVISION:path') };
    const first = before === '' ? {} : await checkRange(before, context);
    return first.refusal ? first : checkPath(path, 'read', context);
  },
};

async function checkRange(value: string, context: ValueContext): Promise<Finding> {
  if (value === '-') return {};
  const parts = climbs(value) ? [value] : value.split(/\.{2,3}/);
  for (const part of parts) {
    const base = withoutSuffix(part.replace(/^\^/, ''));
    if (base === '' || base === 'HEAD' || base === '@') continue;
    if (base.startsWith('-')) return { refusal: notListed(value, 'a revision') };
    const finding = await checkPath(base, 'read', context);
    if (finding.refusal) return finding;
  }
  return {};
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
  "one of git's own formats, without signature placeholders",
);
