import { sensitiveFiles } from '../path/sensitive-files.js';

/**
 * The path guard judges the places that a command names; what a recursive search meets below them is the program's
 * choice. So the names of the sensitive list are left out by flags, put last, where the last pattern wins.
 */
const patterns = sensitiveFiles.flatMap((each) => each.patterns);

/** For ripgrep, where an earlier `--glob` of the command could otherwise bring a hidden file back. */
export const ripgrepLeavesOut: readonly string[] = patterns.map((pattern) => `--iglob=!${pattern.includes('/') ? `**/${pattern}` : pattern}`);

/** For grep, which matches single names only: a listed folder is left out whole, a file below a folder by its name. */
export const grepLeavesOut: readonly string[] = [
  ...new Set(
    patterns.map((pattern) =>
      pattern.endsWith('/**') ? `--exclude-dir=${lastName(pattern.slice(0, -'/**'.length))}` : `--exclude=${lastName(pattern)}`,
    ),
  ),
];

/** For diff, which matches single names of files and folders alike, and never those that the command names itself. */
export const diffLeavesOut: readonly string[] = grepLeavesOut.map((flag) => flag.replace('--exclude-dir=', '--exclude='));

/** `config` alone would hide every file of that name, so those keep being found: the path guard's list holds for them when named. */
function lastName(pattern: string): string {
  const name = pattern.slice(pattern.lastIndexOf('/') + 1);
  return name === 'config' || name === 'config.json' || name === 'settings.xml' ? pattern : name;
}

export const leftOut = 'Files on the list of secrets (.env, keys, credentials) are left out.';
