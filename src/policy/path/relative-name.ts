import { type AbsolutePath, type PathStyle, formatAbsolute } from './path-style.js';
import type { RealRoot, RealRoots } from './real-roots.js';

/**
 * How a real path is shown, and how it can be handed in again: below its folder with forward slashes, `.` for the folder
 * itself; with several folders open it starts with the folder's name. Absolute where no name is clear: in a further
 * writable folder, or where two folders share a name.
 */
export function relativeName(style: PathStyle, roots: RealRoots, root: RealRoot, path: AbsolutePath): string {
  const below = path.segments.slice(root.real.segments.length);
  if (root.name === undefined) return formatAbsolute(style, path);
  if (roots.folders.length < 2) return below.join('/') || '.';
  const namesakes = roots.folders.filter((folder) => folder.name === root.name);
  const usable = namesakes.length === 1 && !/[\\/:]/.test(root.name);
  return usable ? [root.name, ...below].join('/') : formatAbsolute(style, path);
}
