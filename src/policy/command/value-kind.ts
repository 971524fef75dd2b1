import { higherRisk, type Decision, type Risk } from '../decision.js';
import type { PathCheck, PathChecker } from '../path/path-check.js';
import type { PathOperation } from '../subject.js';
import { touchedPath, type TouchedPath } from '../touches.js';
import { refuse, type Refusal } from './refusal.js';

export interface ValueContext {
  readonly paths: PathChecker;
  /** Absolute folder that the command runs in. */
  readonly base: string;
  /** What the path guard said about `base`, where it has been asked. */
  readonly place?: PathCheck;
  /** Absolute folder of the workspace that `base` lies in: the outermost, where a repository may start. Default `base`. */
  readonly top?: string;
  /** There is a `--` behind the word: what stands in front of it is never a path. */
  readonly beforeDashes?: boolean;
  /** False: configuration that can run code is refused instead of asked about. */
  readonly mayConfigure?: boolean;
}

/** What one word turned out to be: refused, or with something that the approval has to show. */
export interface Finding {
  readonly refusal?: Refusal;
  readonly warnings?: readonly string[];
  readonly risk?: Risk;
  /** What was located. `walks` says here that something may lie below. */
  readonly touched?: readonly TouchedPath[];
  /** `limits`: the program keeps to this place. `object`: the word names one file or folder of a revision, and no more. */
  readonly role?: 'limits' | 'object';
  /** What the program gets in its place, so that it can't mean anything else. */
  readonly instead?: string;
}

/** What a flag's value or a positional word may be. */
export interface ValueKind {
  /** For the message when it isn't: `a number`. */
  readonly called: string;
  check(value: string, context: ValueContext): Finding | Promise<Finding>;
}

const fine: Finding = {};

export const text: ValueKind = { called: 'any text', check: () => fine };

/** `longest` in UTF-16 units. */
export function matching(pattern: RegExp, called: string, longest = Infinity): ValueKind {
  return { called, check: (value) => (value.length <= longest && pattern.test(value) ? fine : { refusal: notListed(value, called) }) };
}

export function oneOf(...values: readonly string[]): ValueKind {
  const called = `one of ${values.join(', ')}`;
  return { called, check: (value) => (values.includes(value) ? fine : { refusal: notListed(value, called) }) };
}

export const number = matching(/^[+-]?\d{1,12}(?:\.\d{1,6})?[A-Za-z%]{0,3}$/, 'a number');
/** A branch, package, target, test or feature: nothing that a program could take for a flag, a path that climbs, or code. */
export const name = matching(/^(?!.*(?:^|\/)\.\.(?:\/|$))[\p{L}\p{N}_@][\p{L}\p{N}_@./:+-]*$/u, 'a plain name');

/** A path that the path guard has to let through for `operation`. */
export function pathFor(operation: PathOperation): ValueKind {
  return { called: 'a path in the workspace', check: (value, context) => checkPath(value, operation, context) };
}

export const readable = pathFor('read');

/**
 * A path that may hold wildcards which the program itself resolves. The part in front of the first wildcard is checked
 * as a path, and behind it nothing may climb.
 */
export function patternFor(operation: PathOperation): ValueKind {
  return {
    called: 'a path or pattern in the workspace',
    async check(value, context) {
      const wild = value.search(/[*?[]/);
      if (wild === -1) return checkPath(value, operation, context);
      if (climbs(value)) return { refusal: outside(value) };
      return checkPath(value.slice(0, value.lastIndexOf('/', wild) + 1) || '.', operation, context);
    },
  };
}

/** Bytes that Linux takes at most (PATH_MAX); no other system takes more by default. */
const longestPath = 4096;

export async function checkPath(value: string, operation: PathOperation, context: ValueContext): Promise<Finding & { readonly exists?: boolean }> {
  if (value === '' || value === '-') {
    return { refusal: refuse('command.argument-not-listed', 'There is nothing on standard input.', 'Name a file in the workspace.') };
  }
  if (value.length > longestPath) return { refusal: refuse('path.too-long', `A word has more than ${longestPath} characters, more than any path.`, 'Use a shorter path.') };
  const found = await context.paths.check(value, operation, { base: context.base, mayConfigure: context.mayConfigure !== false });
  const { decision } = found;
  if (decision.verdict === 'deny') {
    return { refusal: refusalOf(decision) };
  }
  const located = touchedPath(found, operation, found.kind !== 'file');
  const warnings = decision.verdict === 'ask' ? [decision.reason, ...(decision.warnings ?? [])] : [];
  return { risk: decision.risk, warnings, touched: located ? [located] : [], role: 'limits', exists: found.kind !== undefined };
}

/** What several parts of one word turned out to be, none of them refused. */
export function together(findings: readonly Finding[]): Finding {
  return {
    risk: findings.reduce<Risk>((sum, each) => higherRisk(sum, each.risk ?? 'low'), 'low'),
    warnings: findings.flatMap((each) => each.warnings ?? []),
    touched: findings.flatMap((each) => each.touched ?? []),
  };
}

/** True when the text, read as a path, starts outside or has a segment that climbs. */
export function climbs(value: string): boolean {
  return /^(?:[/~\\]|[A-Za-z]:[/\\])/.test(value) || value.split(/[/\\]/).includes('..');
}

export function outside(value: string): Refusal {
  return refuse('path.outside-workspace', `"${shorten(value)}" can lead outside of the workspace.`, 'Use a path inside the workspace.');
}

export function notListed(value: string, wanted: string): Refusal {
  return refuse('command.argument-not-listed', `"${shorten(value)}" is not allowed here; it has to be ${wanted}.`, 'Leave it out or use what is allowed.');
}

export function shorten(value: string): string {
  return value.length > 80 ? `${value.slice(0, 79)}…` : value;
}

export function refusalOf({ rule, reason, next }: Decision): Refusal {
  return refuse(rule, reason, next ?? 'Use a path inside the workspace.');
}
