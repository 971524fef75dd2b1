import os from 'node:os';
import path from 'node:path';
import { AxonError } from '../errors.js';

/**
 * Configuration that wins over every file. What a repository can name as a program is off or leads nowhere: file system
 * monitor, hooks, pagers, editors, signatures, ssh, clean-up in the background. `-c` is used, since git hands it on to
 * the git of a submodule as well.
 */
const settings: readonly string[] = [
  'core.fsmonitor=false',
  `core.hooksPath=${os.devNull}`,
  'core.pager=cat',
  'core.editor=false',
  'sequence.editor=false',
  'core.askPass=false',
  'core.sshCommand=false',
  'core.gitProxy=false',
  'core.alternateRefsCommand=false',
  'diff.external=',
  'diff.submodule=short',
  'diff.ignoreSubmodules=dirty',
  'status.submoduleSummary=false',
  'submodule.recurse=false',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'log.showSignature=false',
  'merge.verifySignatures=false',
  'gpg.program=false',
  'gpg.openpgp.program=false',
  'gpg.x509.program=false',
  'gpg.ssh.program=false',
  'gpg.ssh.defaultKeyCommand=false',
  'format.pretty=medium',
  // Flags that a repository could set for the person: they print content where a command is judged to print names.
  'stash.showPatch=false',
  'stash.showIncludeUntracked=false',
  'commit.verbose=false',
  'log.follow=false',
  'credential.helper=',
  'interactive.diffFilter=false',
  'uploadpack.packObjectsHook=false',
  'grep.fallbackToNoIndex=false',
  'blame.ignoreRevsFile=',
  'protocol.allow=never',
  'safe.bareRepository=explicit',
  'gc.auto=0',
  'maintenance.auto=false',
  'color.ui=false',
  'column.ui=never',
];

const variables: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_TERMINAL_PROMPT: '0',
  GIT_EDITOR: 'false',
  GIT_SEQUENCE_EDITOR: 'false',
  GIT_PAGER: 'cat',
  GIT_SSH_COMMAND: 'false',
};

/** Drivers have names of the repository's choosing, so they are looked up before they can be switched off. */
const drivers: readonly { readonly key: RegExp; readonly value: string; readonly personal: 'keep' | 'override' }[] = [
  // A filter of the person's own configuration (git-lfs) stays; one that the repository sets does not.
  { key: /^filter\..*\.(?:clean|smudge|process)$/, value: '', personal: 'keep' },
  { key: /^filter\..*\.required$/, value: 'false', personal: 'keep' },
  { key: /^merge\..*\.driver$/, value: 'false', personal: 'keep' },
  { key: /^diff\..*\.command$/, value: 'false', personal: 'keep' },
  { key: /^diff\..*\.textconv$/, value: 'cat', personal: 'keep' },
  { key: /^diff\..*\.cachetextconv$/, value: 'false', personal: 'keep' },
  { key: /^submodule\..*\.update$/, value: 'none', personal: 'override' },
  // Listed commands are git's own and win over an alias; one of a person's list may not be.
  { key: /^alias\./, value: '', personal: 'keep' },
  { key: /^credential\..*\.helper$/, value: '', personal: 'keep' },
  { key: /^remote\..*\.promisor$/, value: 'false', personal: 'override' },
  { key: /^remote\..*\.(?:uploadpack|receivepack|vcs)$/, value: 'false', personal: 'override' },
  { key: /^hook\..*\.enabled$/, value: 'false', personal: 'override' },
  { key: /^hook\..*\.(?:command|event)$/, value: '', personal: 'override' },
];

export interface GitRun {
  readonly subcommand: readonly string[];
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute real workspace folders: no repository above them is used. */
  readonly workspaceFolders: readonly string[];
}

/** Runs git with these arguments, to read its configuration, and gives what it printed. */
export type AskGit = (args: readonly string[], environment: Readonly<Record<string, string>>) => Promise<{ readonly exitCode: number | null; readonly output: string }>;

/**
 * The arguments and environment that git is really started with. Rejects with `io` when the configuration can't be read,
 * and with `denied` when it places the work tree outside of the workspace.
 */
export async function hardenGit({ subcommand, args, environment, workspaceFolders }: GitRun, ask: AskGit): Promise<{ args: readonly string[]; environment: Record<string, string> }> {
  const base = { ...environment, ...variables, GIT_CEILING_DIRECTORIES: workspaceFolders.map((folder) => path.dirname(folder)).join(path.delimiter) };
  const front = ['--no-pager', ...settings.flatMap((setting) => ['-c', setting])];
  const listed = await ask([...front, 'config', '--null', '--show-scope', '--list'], base);
  if (listed.exitCode !== 0) throw new AxonError('io', 'The repository’s configuration can’t be read, so git is not run.', 'Look at .git/config; git has to be version 2.26 or newer.');
  const entries = parseConfig(listed.output);
  if (entries.some(({ key, scope }) => key === 'core.worktree' && scope !== 'command')) await checkWorkTree(ask, front, base, workspaceFolders);
  const own = overrides(entries).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key] as const,
    [`GIT_CONFIG_VALUE_${index}`, value] as const,
  ]);
  return { args: [...front, ...subcommand, ...args], environment: { ...base, GIT_CONFIG_COUNT: String(own.length / 2), ...Object.fromEntries(own) } };
}

interface ConfigEntry {
  readonly scope: string;
  readonly key: string;
}

/** `scope NUL key LF value NUL`, or without value `scope NUL key NUL`. */
function parseConfig(output: string): readonly ConfigEntry[] {
  const fields = output.split('\0');
  const entries: ConfigEntry[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) entries.push({ scope: fields[at] ?? '', key: (fields[at + 1] ?? '').split('\n')[0] ?? '' });
  return entries;
}

function overrides(entries: readonly ConfigEntry[]): readonly (readonly [string, string])[] {
  const found = new Map<string, string>();
  for (const { scope, key } of entries) {
    const driver = drivers.find((each) => each.key.test(key));
    if (driver && !(driver.personal === 'keep' && scope === 'global')) found.set(key, driver.value);
    const hook = /^(hook\..*)\.[^.]*$/.exec(key)?.[1];
    if (hook !== undefined) found.set(`${hook}.enabled`, 'false');
  }
  return [...found];
}

async function checkWorkTree(ask: AskGit, front: readonly string[], environment: Readonly<Record<string, string>>, folders: readonly string[]): Promise<void> {
  const { output, exitCode } = await ask([...front, 'rev-parse', '--show-toplevel'], environment);
  const top = output.trim();
  // Without a work tree there is nothing to place; the command itself will say so.
  if (exitCode !== 0 || folders.some((folder) => !path.relative(folder, top).startsWith('..'))) return;
  throw new AxonError('denied', 'The repository’s configuration places its files outside of the workspace, so git is not run.', 'Look at core.worktree in .git/config.');
}
