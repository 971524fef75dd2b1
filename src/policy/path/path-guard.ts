import { codeOf, messageOf } from '../../errors.js';
import type { Roots } from '../../ports/roots.js';
import type { Decision } from '../decision.js';
import type { Guard } from '../guard.js';
import type { PathOperation } from '../subject.js';
import type { Inspected } from './inspected.js';
import { judgeEntry } from './judge-entry.js';
import { judgeNames } from './judge-names.js';
import { locatePath } from './locate-path.js';
import { namesIn } from './names-in.js';
import type { PathCheck, PathChecker, PathCheckOptions } from './path-check.js';
import { type PathFs, nodePathFs, realPathOf } from './path-fs.js';
import { type AbsolutePath, type PathStyle, formatAbsolute, isWithin, parseAbsolute, pathStyle } from './path-style.js';
import { type RealRoots, outermostRootOf, realRoots, rootOf } from './real-roots.js';
import { type Refusal, isRefusal } from './refusal.js';
import { relativeName } from './relative-name.js';
import { resolveLinks } from './resolve-links.js';
import { shownPath, shownPlace } from './shown-path.js';
import { sessionQuestion } from './session-question.js';

export interface PathGuardOptions {
  readonly roots: Roots;
  /** Absolute folders that no tool reads or writes, also when the workspace holds them: the extension's own storage. */
  readonly keepOut?: readonly string[];
  /** Default: this machine's. */
  readonly platform?: NodeJS.Platform;
  readonly fs?: PathFs;
}

/**
 * The path guard. It keeps nothing of the workspace between two calls: folders, links and settings may change at any time, so whoever
 * acts on an answer has to open without following links and check what was opened.
 */
export function createPathGuard({ roots, keepOut = [], platform = process.platform, fs = nodePathFs }: PathGuardOptions): Guard<'path'> & PathChecker {
  const style = pathStyle(platform);
  const isKeptOut = keptOut(style, keepOut, fs);

  function inspect(text: string, operation: PathOperation, options: PathCheckOptions): Inspected | Decision {
    if (roots.folders().length === 0) return denied(noFolder, operation);
    const known = realRoots(roots, fs, style);
    if (known.folders.length === 0) return denied({ ...noFolder, reason: 'The open folder does not exist.' }, operation);
    const located = locatePath(text, known, style, options);
    if (isRefusal(located)) return denied(located, operation);

    const walk = (from: AbsolutePath, names: readonly string[]) => resolveLinks(from, names, { fs, style, roots: known.all });
    const found = walk(located.root.real, located.plain);
    if (isRefusal(found)) return denied(found, operation);
    if (located.written.includes('..')) {
      const stepwise = walk(located.root.real, located.written);
      if (isRefusal(stepwise)) return denied(stepwise, operation);
      if (formatAbsolute(style, stepwise.path) !== formatAbsolute(style, found.path)) return denied(upThroughLink, operation);
    }
    if (options.confine === true && options.base !== undefined) {
      const base = inspect(options.base, 'list', {});
      if (!('path' in base) || !isWithin(style, found.path, base.path)) return denied(leavesBase, operation);
    }
    if (isKeptOut(found.path)) return denied(kept, operation);

    const root = rootOf(style, known, found.path) ?? located.root;
    const relative = relativeName(style, known, root, found.path);
    const asWritten: AbsolutePath = { root: located.root.real.root, segments: [...located.root.real.segments, ...located.plain] };
    const written = formatAbsolute(style, asWritten) === formatAbsolute(style, found.path) ? relative : relativeName(style, known, located.root, asWritten);
    const shown = shownPlace(relative, written);
    const byName = judgeNames({
      paths: [namePath(known, found.path), namePath(known, asWritten)],
      shown,
      operation,
      mayConfigure: options.mayConfigure !== false,
      folds: style.folds,
    });
    if (byName?.verdict === 'deny') return byName;
    if (operation === 'write' && !known.writable.some((each) => isWithin(style, found.path, each.real))) return denied(notWritable(shown), operation);
    const byEntry = judgeEntry({ entry: found.entry, path: found.path, operation, shown });
    if (byEntry?.verdict === 'deny') return byEntry;
    const decision = joined(byName, byEntry) ?? noObjection(operation, shown);
    const warned = written !== relative && operation === 'write' ? withWarning(decision, `${shownPath(written)} leads through a link: what is written is really ${shownPath(relative)}.`) : decision;
    return { decision: warned, path: found.path, entry: found.entry, root, roots: known, relative, shown, written: asWritten };
  }

  /**
   * The path that the lists are matched with: below the outermost root, with the last two names of the root itself, so
   * that opening `.git/hooks` or `.ssh` as a folder unlocks nothing.
   */
  function namePath(known: RealRoots, path: AbsolutePath): string {
    const outermost = outermostRootOf(style, known, path);
    return path.segments.slice(Math.max(0, (outermost?.real.segments.length ?? 0) - 2)).join('/');
  }

  function inspectSafely(text: string, operation: PathOperation, options: PathCheckOptions): Inspected | Decision {
    try {
      return inspect(text, operation, options);
    } catch (error) {
      return denied({ rule: 'path.unreadable', reason: `It could not be told where the path leads (${codeOf(error) ?? messageOf(error)}).` }, operation);
    }
  }

  return {
    async check(text, operation, options = {}): Promise<PathCheck> {
      const found = inspectSafely(text, operation, options);
      if (!('path' in found)) return { decision: found };
      const { entry } = found;
      return { decision: found.decision, resolved: formatAbsolute(style, found.path), relative: found.relative, names: namesIn(style, found), ...(entry && entry.kind !== 'link' && { kind: entry.kind }) };
    },

    async decide({ operation, path }, { trusted, mayConfigure = true }): Promise<Decision> {
      const found = inspectSafely(path, operation, { mayConfigure });
      if (!('path' in found)) return found;
      return sessionQuestion(style, found, operation, trusted);
    },
  };
}

const noFolder: Refusal = { rule: 'path.no-folder', reason: 'No folder is open.', next: 'Open a folder.' };
const upThroughLink: Refusal = {
  rule: 'path.up-through-link',
  reason: 'The path goes through a link and up again, which means different places to different programs.',
  next: 'Write the path without “..”.',
};
const leavesBase: Refusal = { rule: 'path.leaves-base', reason: 'The path leaves the folder it belongs to.', next: 'Use a path inside that folder.' };
const kept: Refusal = { rule: 'path.axon-internals', reason: 'The path lies in the folder where Axon keeps its own rules and records.' };
const notWritable = (shown: string): Refusal => ({
  rule: 'path.not-writable',
  reason: `${shown} is not in a folder that may be written to.`,
  next: 'Write below a folder of the setting axon.policy.writableRoots.',
});

/**
 * Whether a real path lies in one of our own folders, as they are spelled or as they really are. They don't move while we
 * run, so where each really is is looked up until it is there, and then kept.
 */
function keptOut(style: PathStyle, folders: readonly string[], fs: PathFs): (path: AbsolutePath) => boolean {
  const known = folders.map((folder) => ({ folder, given: parseAbsolute(style, folder), real: undefined as AbsolutePath | undefined }));
  return (path) =>
    known.some((each) => {
      each.real ??= parseAbsolute(style, realPathOf(fs, each.folder) ?? '');
      return [each.given, each.real].some((spelling) => spelling && isWithin(style, path, spelling));
    });
}

function denied(refusal: Refusal, operation: PathOperation): Decision {
  return { verdict: 'deny', risk: operation === 'write' ? 'high' : 'medium', ...refusal };
}

function noObjection(operation: PathOperation, shown: string): Decision {
  return operation === 'write'
    ? { verdict: 'allow', risk: 'medium', rule: 'path.write', reason: `${shown} is in a folder that may be written to.` }
    : { verdict: 'allow', risk: 'low', rule: 'path.read', reason: `${shown} is in an open folder.` };
}

/** Both ask: the first one's rule and reason, the warnings of both. Neither offers a grant. */
function joined(first: Decision | undefined, second: Decision | undefined): Decision | undefined {
  if (!first || !second) return first ?? second;
  return { ...first, warnings: [...(first.warnings ?? []), ...(second.warnings ?? [])] };
}

/** Behind the warnings that are there: what a file can do weighs more than where it lies. */
function withWarning(decision: Decision, warning: string): Decision {
  return { ...decision, warnings: [...(decision.warnings ?? []), warning] };
}
