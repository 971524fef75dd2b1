import type { PathEntry, PathFs } from './path-fs.js';
import { type AbsolutePath, type PathStyle, formatAbsolute, isWithin, parseAbsolute, splitSegments } from './path-style.js';
import { type RealRoot, splitAtRoot } from './real-roots.js';
import type { Refusal } from './refusal.js';
import { refuseSegment } from './segment-rules.js';

export interface Resolved {
  readonly path: AbsolutePath;
  /** What lies at the end; undefined when nothing does yet. Never a link. */
  readonly entry: PathEntry | undefined;
}

/** As many as Linux follows (MAXSYMLINKS). */
const mostLinks = 40;

const outside: Refusal = {
  rule: 'path.link-outside',
  reason: 'A link on the way leads out of the open folders.',
  next: 'Use a path that stays inside the workspace folder.',
};

/**
 * Walks down from a real folder, name by name, the way the system does, and resolves each link itself, also one whose
 * target doesn't exist. A link's target is judged as text before anything at it is touched: a link to a network share
 * must not even be looked up. Outside the roots nothing is looked up at all, so there a name that is left again by `..`
 * could be a link to anywhere, and is refused.
 */
export function resolveLinks(
  start: AbsolutePath,
  segments: readonly string[],
  { fs, style, roots }: { fs: PathFs; style: PathStyle; roots: readonly RealRoot[] },
): Resolved | Refusal {
  let at = start;
  let entry: PathEntry | undefined = { kind: 'folder', links: 1 };
  let links = 0;
  let namesOutside = 0;
  const isInside = (path: AbsolutePath) => roots.some((root) => isWithin(style, path, root.real));
  const pending = [...segments];

  for (let segment = pending.shift(); segment !== undefined; segment = pending.shift()) {
    if (segment === '..') {
      if (namesOutside > 0) return outside;
      at = { root: at.root, segments: at.segments.slice(0, -1) };
      entry = { kind: 'folder', links: 1 };
      continue;
    }
    const next: AbsolutePath = { root: at.root, segments: [...at.segments, segment] };
    if (!isInside(at)) {
      at = next;
      namesOutside = isInside(next) ? 0 : namesOutside + 1;
      entry = { kind: 'folder', links: 1 };
      continue;
    }
    const found = fs.lstat(formatAbsolute(style, next));
    if (found?.kind !== 'link') {
      at = next;
      entry = found;
      continue;
    }
    if (++links > mostLinks) return { rule: 'path.link-loop', reason: 'Links on the way point at each other and never end.' };
    const target = linkTarget(style, fs.readlink(formatAbsolute(style, next)), roots);
    if ('rule' in target) return target;
    if (target.from) at = target.from;
    pending.unshift(...target.segments);
    entry = { kind: 'folder', links: 1 };
  }
  return isInside(at) ? { path: at, entry } : outside;
}

function linkTarget(style: PathStyle, text: string, roots: readonly RealRoot[]): Refusal | { from?: AbsolutePath; segments: string[] } {
  const plain = style.win32 ? text.replace(/^\\\\\?\\(?=[A-Za-z]:\\)/, '') : text;
  const absolute = parseAbsolute(style, plain);
  if (!absolute && /^[\\/]|^[A-Za-z]:/.test(plain) && (style.win32 || plain.startsWith('/'))) return outside;
  const inside = absolute && splitAtRoot(style, roots, absolute);
  if (absolute && !inside) return outside;
  const segments = inside ? inside.below : splitSegments(style, plain);
  for (const segment of segments) {
    const refusal = segment === '..' ? undefined : refuseSegment(style, segment);
    if (refusal) return refusal;
  }
  return inside ? { from: inside.root.real, segments } : { segments };
}
