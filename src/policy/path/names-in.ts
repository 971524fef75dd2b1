import type { FolderName, PathNames } from '../touches.js';
import type { Inspected } from './inspected.js';
import { type AbsolutePath, type PathStyle, formatAbsolute, isWithin } from './path-style.js';

/**
 * What a path is called in every open folder that it lies in; one that lies in none, in the further writable folders. A
 * folder inside of another that is open too gives a path two names, and a rule may mean either; who walks through the outer one gets into the inner one.
 */
export function namesIn(style: PathStyle, { path, written, roots }: Pick<Inspected, 'path' | 'written' | 'roots'>): PathNames {
  const namesOf = (each: AbsolutePath): FolderName[] => {
    const holding = [roots.folders, roots.writable].map((some) => some.filter((root) => isWithin(style, each, root.real)));
    return (holding.find((some) => some.length > 0) ?? []).map((root) => ({
      folder: formatAbsolute(style, root.real),
      given: formatAbsolute(style, root.given),
      name: each.segments.slice(root.real.segments.length).join('/') || '.',
    }));
  };
  const inner = roots.folders.flatMap(({ real, given }) => {
    const at = isWithin(style, real, path) ? real.segments.slice(path.segments.length).join('/') : '';
    return at === '' ? [] : [{ folder: formatAbsolute(style, real), given: formatAbsolute(style, given), at }];
  });
  const real = namesOf(path);
  return { real, written: formatAbsolute(style, written) === formatAbsolute(style, path) ? real : namesOf(written), ...(inner.length > 0 && { inner }) };
}
