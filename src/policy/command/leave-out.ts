import { randomUUID } from 'node:crypto';
import { internalFiles } from '../path/internal-files.js';
import { sensitiveFiles, type SensitiveFiles } from '../path/sensitive-files.js';
import { refuse, type Refusal } from './refusal.js';

/**
 * The path guard judges the places that a command names; what a program meets below them is the program's choice. So the
 * names of the sensitive list are left out by words of its own, put last, where the last one wins. Case counts nowhere:
 * `.ENV` is the same secret.
 */
export interface Call {
  readonly subcommand: readonly string[];
  readonly args: readonly string[];
  /** Where `--` stands among the arguments, or could. */
  readonly dashes: number;
  readonly hasDashes: boolean;
  readonly flags: ReadonlySet<string>;
  /** The words in front of `--` that are no flags. */
  readonly positionals: readonly string[];
  /** The words name places that the program keeps to. */
  readonly limited: boolean;
  /** Each of those places is a file. */
  readonly oneFile: boolean;
}

export interface Completed {
  readonly subcommand: readonly string[];
  readonly args: readonly string[];
}

/** For the approval. */
export function leftOut(way: string): string {
  if (way === 'git-written') return 'Axon’s own rules and records (.axon) stay as they are.';
  const folders = way === 'grep' || way === 'diff' ? ', and the folders .git, .config, .docker and .m2,' : '';
  return `Files on the list of secrets (.env, keys, credentials)${folders} are left out.`;
}

const ways: Readonly<Record<string, (call: Call) => Completed | Refusal>> = {
  rg: (call) => withFlags(call, namesFor(call).rg),
  grep: (call) => withFlags(call, namesFor(call).grep),
  // In a folder a link may bear a harmless name and lead to a secret, or out of the workspace.
  diff: (call) => withFlags(call, call.oneFile ? namesFor(call).diff : [...namesFor(call).diff, '--no-dereference']),
  git: withPathspecs,
  // Without them, commits that changed nothing else would be missing from the history.
  'git-history': (call) =>
    call.flags.has('--follow') ? follows : withPathspecs(call.limited ? call : withFlags(call, call.subcommand[0] === 'log' ? ['--full-history', '--sparse'] : ['--sparse'])),
  'git-stash': stashAsDiff,
  'git-written': withoutInternals,
};

/** Leaves the files of the sensitive list out in the way of that name. Throws when there is no such way. */
export function leaveOut(way: string, call: Call): Completed | Refusal {
  const apply = Object.hasOwn(ways, way) ? ways[way] : undefined;
  if (!apply) throw new Error(`There is no way named "${way}" to leave files out.`);
  return apply(call);
}

const follows = refuse('command.follows-renames', 'With --follow git prints the changes of a file under its former names as well, and those may be names of secrets.', 'Leave out --follow, or the flags that print changes.');

function withFlags<C extends Call>(call: C, flags: readonly string[]): C {
  return { ...call, args: [...call.args.slice(0, call.dashes), ...flags, ...call.args.slice(call.dashes)], dashes: call.dashes + flags.length };
}

/**
 * Behind everything. Without `--` git asks of each word whether it is a revision, until one is none; a repository could
 * name its files so that an exclusion is one (`:(…)` reads the index). So the first names a file that nobody can foresee.
 */
function withPathspecs(call: Call): Completed {
  const { subcommand, args, hasDashes } = call;
  return { subcommand, args: [...args, ...(hasDashes ? [] : [unforeseen]), ...namesFor(call).git] };
}

const unforeseen = `:(top,exclude,literal)${randomUUID()}`;

/** What the path guard lets nobody write, a pattern or a folder must not bring back either. A branch is switched to as a whole. */
function withoutInternals(call: Call): Completed {
  const { subcommand, args, dashes, hasDashes } = call;
  const switches = subcommand[0] === 'checkout' && !call.limited && !(hasDashes && args.length > dashes + 1);
  return switches ? { subcommand, args } : { subcommand, args: [...args, ...internals()] };
}

/** `git stash show` takes no paths, so the same is asked of `git diff`. */
function stashAsDiff(call: Call): Completed | Refusal {
  if (call.flags.has('--include-untracked') || call.flags.has('--only-untracked')) {
    return refuse('command.flag-not-listed', 'The changes of files that git does not track cannot be shown line by line, since secrets among them could not be left out.', 'Leave out --include-untracked and --only-untracked, or the flags that print changes.');
  }
  const [written = '0'] = call.positionals;
  const stash = /^\d+$/.test(written) ? `stash@{${written}}` : written;
  const flags = call.args.slice(0, call.dashes).filter((word) => word.startsWith('-'));
  return { subcommand: ['diff'], args: [...flags, `${stash}^1`, stash, '--', ...namesFor(call).git] };
}

interface Names {
  readonly git: readonly string[];
  readonly rg: readonly string[];
  readonly grep: readonly string[];
  readonly diff: readonly string[];
}

/** Names that nobody may read are left out always; those that ask are left out where nobody was asked about them. */
const all = once(() => namesOf(sensitiveFiles));
const refusedOnly = once(() => namesOf(sensitiveFiles.filter((each) => each.read === 'deny')));
const namesFor = ({ oneFile }: Call): Names => (oneFile ? refusedOnly() : all());

function namesOf(files: readonly SensitiveFiles[]): Names {
  const patterns = files.flatMap((each) => each.patterns);
  // grep matches single names only: a listed folder is left out whole, a file below a folder by its name or with the folder.
  const grep = [...new Set(patterns.map((pattern) => (pattern.endsWith('/**') ? folderFlag(pattern.slice(0, -'/**'.length)) : fileFlag(pattern))))];
  return {
    git: patterns.map((pattern) => `:(top,exclude,glob,icase)**/${pattern}`),
    // An earlier `--glob` of the command could otherwise bring a hidden file back.
    rg: patterns.map((pattern) => `--iglob=!${pattern.includes('/') ? `**/${pattern}` : pattern}`),
    grep,
    // diff matches single names of files and folders alike, and never those that the command names itself.
    diff: [...new Set(grep.map((flag) => flag.replace('--exclude-dir=', '--exclude=')))],
  };
}

const internals = once(() => internalFiles.flatMap((each) => each.patterns).map((pattern) => `:(top,exclude,glob,icase)**/${pattern}`));

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Names that say nothing by themselves; the folder right above is left out in their place. */
const plainNames = new Set(['config', 'config.json', 'settings.xml']);

function fileFlag(pattern: string): string {
  const names = pattern.split('/');
  const name = names.at(-1) ?? '';
  // The dot keeps a folder such as `src/git` in; nobody names a folder of sources `.git`.
  const above = names.slice(0, -1).findLast((each) => each.startsWith('.'));
  return plainNames.has(name) && above !== undefined ? folderFlag(above) : `--exclude=${anyCase(name)}`;
}

function folderFlag(folder: string): string {
  return `--exclude-dir=${anyCase(folder.slice(folder.lastIndexOf('/') + 1))}`;
}

/** `.env` as `.[eE][nN][vV]`: these programs fold no case. */
function anyCase(pattern: string): string {
  return pattern.replaceAll(/[A-Za-z]/g, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
}
