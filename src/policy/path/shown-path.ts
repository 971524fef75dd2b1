import { visibleLine } from '../../visible.js';

const longest = 200;

/** A path for a sentence: hidden characters as escapes, and a long one cut in its middle, where `…` says so. */
export function shownPath(path: string): string {
  const shown = visibleLine(path);
  if (shown.length <= longest) return shown;
  return `${shown.slice(0, 60)}…${shown.slice(shown.length - (longest - 61))}`;
}

/** The same for a path that was reached through a link: both names, so that neither can stand in for the other. */
export function shownPlace(real: string, written: string): string {
  return written === real ? shownPath(real) : `${shownPath(written)} (really ${shownPath(real)})`;
}
