import type { Roots } from '../../ports/roots.js';
import { type PathFs, realPathOf } from './path-fs.js';
import { type AbsolutePath, type PathStyle, isWithin, parseAbsolute } from './path-style.js';

/** A folder in which paths may lie. */
export interface RealRoot {
  /** The workspace folder's name; undefined for a further writable folder. */
  readonly name: string | undefined;
  /** As the editor spells it. */
  readonly given: AbsolutePath;
  /** Links resolved. The folder itself may be a link: the person opened it. */
  readonly real: AbsolutePath;
}

export interface RealRoots {
  readonly folders: readonly RealRoot[];
  readonly writable: readonly RealRoot[];
  /** Folders first, then writable ones. */
  readonly all: readonly RealRoot[];
}

/** Asks for the roots anew and resolves them. One that isn't there, or isn't absolute, is left out. */
export function realRoots(roots: Roots, fs: Pick<PathFs, 'realpath'>, style: PathStyle): RealRoots {
  // Most often the writable folders are the open ones: each is resolved once.
  const seen = new Map<string, AbsolutePath | undefined>();
  const realOf = (path: string): AbsolutePath | undefined => {
    if (!seen.has(path)) seen.set(path, parseAbsolute(style, realPathOf(fs, path) ?? ''));
    return seen.get(path);
  };
  const resolve = (path: string, name: string | undefined): RealRoot[] => {
    const given = parseAbsolute(style, path);
    const real = given && realOf(path);
    return real ? [{ name, given, real }] : [];
  };
  const folders = roots.folders().flatMap((each) => resolve(each.path, each.name));
  const writable = roots.writable().flatMap((each) => resolve(each, undefined));
  return { folders, writable, all: [...folders, ...writable] };
}

/** The innermost workspace folder that holds the real path, or else the innermost writable folder. */
export function rootOf(style: PathStyle, roots: RealRoots, path: AbsolutePath): RealRoot | undefined {
  const holding = (some: readonly RealRoot[]) => byDepth(style, some, path).at(-1);
  return holding(roots.folders) ?? holding(roots.writable);
}

/** The root of any kind that holds the real path and lies in no other. */
export function outermostRootOf(style: PathStyle, roots: RealRoots, path: AbsolutePath): RealRoot | undefined {
  return byDepth(style, roots.all, path)[0];
}

function byDepth(style: PathStyle, roots: readonly RealRoot[], path: AbsolutePath): RealRoot[] {
  return roots.filter((root) => isWithin(style, path, root.real)).sort((a, b) => a.real.segments.length - b.real.segments.length);
}

/**
 * Takes an absolute path apart at the root it is spelled with. The names below are as written, `..` and all, and may
 * still lead out.
 */
export function splitAtRoot(style: PathStyle, roots: readonly RealRoot[], path: AbsolutePath): { root: RealRoot; below: string[] } | undefined {
  let best: { root: RealRoot; below: string[] } | undefined;
  for (const root of roots) {
    for (const spelling of [root.real, root.given]) {
      if (!isWithin(style, path, spelling)) continue;
      const below = path.segments.slice(spelling.segments.length);
      if (!best || below.length < best.below.length) best = { root, below };
    }
  }
  return best;
}
