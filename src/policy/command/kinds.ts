import { goPackage, makeGoal, pytestExpression, pytestNode, scriptName, scriptWord, sourceFile } from './build-kinds.js';
import type { KindData } from './entry.js';
import { commit, logFormat, pathspec, revision, target, wholeCommit } from './git-kinds.js';
import { longestMatched } from './quick-pattern.js';
import { matching, name, number, oneOf, pathFor, text, type ValueKind } from './value-kind.js';

/** The kinds of words that an entry of the whitelist can name. */
export const kinds: Readonly<Record<string, ValueKind>> = {
  text,
  number,
  name,
  read: pathFor('read'),
  list: pathFor('list'),
  write: pathFor('write'),
  revision,
  commit,
  'whole-commit': wholeCommit,
  target,
  'pathspec-read': pathspec('read'),
  'pathspec-write': pathspec('write'),
  'log-format': logFormat,
  'script-name': scriptName,
  'script-word': scriptWord,
  'make-goal': makeGoal,
  'go-package': goPackage,
  'source-file': sourceFile,
  'pytest-node': pytestNode,
  'pytest-expression': pytestExpression,
};

/** Throws for a name that isn't listed, and for a pattern that isn't one. */
export function kindOf(data: KindData): ValueKind {
  if (typeof data !== 'string') return 'oneOf' in data ? oneOf(...data.oneOf) : matching(new RegExp(`^(?:${data.pattern})$`, 'su'), data.called, longestMatched);
  const kind = Object.hasOwn(kinds, data) ? kinds[data] : undefined;
  if (!kind) throw new Error(`There is no kind of words named "${data}".`);
  return kind;
}
