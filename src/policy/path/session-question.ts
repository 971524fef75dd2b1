import type { Decision, GrantScope } from '../decision.js';
import type { PathOperation } from '../subject.js';
import type { Inspected } from './inspected.js';
import { type AbsolutePath, type PathStyle, formatAbsolute } from './path-style.js';
import { outermostRootOf } from './real-roots.js';
import { relativeName } from './relative-name.js';
import { shownPath } from './shown-path.js';

/**
 * Turns the guard's verdict into what the person is asked: where the guard has no objection, once per session and
 * folder. In an untrusted workspace nothing is written, and reading asks every time.
 */
export function sessionQuestion(style: PathStyle, found: Inspected, operation: PathOperation, trusted: boolean): Decision {
  const { decision } = found;
  if (operation === 'write' && !trusted) {
    return {
      verdict: 'deny',
      risk: decision.risk,
      rule: 'trust.no-writing',
      reason: 'The workspace is not trusted, so nothing is written in it.',
      next: 'Trust the workspace first (command “Workspaces: Manage Workspace Trust”).',
    };
  }
  if (decision.verdict !== 'allow') return decision;
  const shown = found.shown === '.' ? 'the workspace folder' : found.shown;
  if (!trusted) {
    return { ...decision, verdict: 'ask', rule: 'trust.reading-asks', reason: `The workspace is not trusted, so ${verb[operation]} ${shown} asks every time.` };
  }
  const what = operation === 'write' ? `Writing ${shown} asks first.` : `${capital(verb[operation])} ${shown} asks once per session and folder.`;
  return { ...decision, verdict: 'ask', reason: what, grant: grantFor(style, found, operation) };
}

const verb: Record<PathOperation, string> = { read: 'reading', list: 'listing', search: 'searching', write: 'writing' };

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The folder that was seen and everything below; a grant for a folder above it, up to the workspace folder, covers it too. */
function grantFor(style: PathStyle, { path, entry, root, roots, relative }: Inspected, operation: PathOperation): GrantScope {
  const kind = operation === 'write' ? 'write' : 'read';
  const isFolder = entry?.kind === 'folder' || path.segments.length <= root.real.segments.length;
  const folder: AbsolutePath = isFolder ? path : { root: path.root, segments: path.segments.slice(0, -1) };
  const top = (outermostRootOf(style, roots, folder) ?? root).real.segments.length;
  const coveredBy: string[] = [];
  for (let length = folder.segments.length - 1; length >= top; length--) {
    coveredBy.push(`${kind}:${formatAbsolute(style, { root: folder.root, segments: folder.segments.slice(0, length) })}`);
  }
  const name = isFolder ? relative : relativeName(style, roots, root, folder);
  const place = name === '.' ? `the folder ${root.name ?? formatAbsolute(style, folder)}` : `${name}/`;
  const action = kind === 'write' ? 'Write' : 'Read';
  return { key: `${kind}:${formatAbsolute(style, folder)}`, coveredBy, label: `${action} files in ${shownPath(place)} and below` };
}
