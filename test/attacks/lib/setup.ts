import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { fill } from './corpus.js';
import type { Folders } from './folders.js';

const text = z.string();
/** `swap` is replaced by a link to `to` between the check (or the approval) and the use; the test does it itself. */
const swap = z.strictObject({ swap: text, to: text, when: text });

/** One thing to prepare before a row is tried. Names lie below the workspace unless they start with `${outside}`. */
export const setupStep = z.union([
  z.strictObject({ file: text, content: text, executable: z.boolean().optional() }),
  z.strictObject({ dir: text }),
  z.strictObject({ symlink: text, to: text }),
  z.strictObject({ hardlink: text, to: text }),
  z.strictObject({ junction: text, to: text }),
  z.strictObject({ repo: text }),
  z.strictObject({ signedCommit: z.boolean() }),
  z.strictObject({ config: text, value: text, in: text.optional() }),
  z.strictObject({ touch: text }),
  z.strictObject({ rename: text, to: text }),
  z.strictObject({ dropObject: text }),
  swap,
]);

export type SetupStep = z.infer<typeof setupStep>;
export type Swap = z.infer<typeof swap>;

/** Does the steps in order and returns the swaps, which are for the test to do later. */
export function runSetup(steps: readonly SetupStep[], folders: Folders): readonly Swap[] {
  const filled = fill(steps, { workspace: folders.workspace, outside: folders.outside });
  const signed = filled.some((step) => 'signedCommit' in step && step.signedCommit);
  const swaps: Swap[] = [];
  for (const step of filled) {
    if ('swap' in step) swaps.push(step);
    else runStep(step, folders, signed);
  }
  return swaps;
}

/** Replaces what is there by a link, as an attacker would in a race. */
export function applySwap(swap: Swap, folders: Folders): void {
  const at = place(swap.swap, folders);
  rmSync(at, { recursive: true, force: true });
  symlinkSync(swap.to, at);
}

function runStep(step: Exclude<SetupStep, Swap>, folders: Folders, signed: boolean): void {
  const at = (name: string): string => place(name, folders);
  if ('file' in step) {
    writeFileSync(at(step.file), step.content);
    if (step.executable === true) chmodSync(at(step.file), 0o755);
  } else if ('dir' in step) mkdirSync(at(step.dir), { recursive: true });
  else if ('symlink' in step) symlinkSync(step.to, at(step.symlink));
  else if ('hardlink' in step) linkSync(at(step.to), at(step.hardlink));
  else if ('junction' in step) symlinkSync(step.to, at(step.junction), 'junction');
  else if ('repo' in step) commitAll(at(step.repo), signed);
  else if ('config' in step) git(at(step.in ?? '.'), ['config', step.config, step.value]);
  else if ('touch' in step) utimesSync(at(step.touch), new Date(), new Date(Date.now() + 5000));
  else if ('rename' in step) renameSync(at(step.rename), at(step.to));
  else if ('dropObject' in step) dropObject(folders.workspace, step.dropObject);
}

function place(name: string, folders: Folders): string {
  const at = name.startsWith(folders.outside) ? name : path.join(folders.workspace, name);
  mkdirSync(path.dirname(at), { recursive: true });
  return at;
}

function commitAll(folder: string, signed: boolean): void {
  git(folder, ['init', '--quiet', '--initial-branch=main', '--template=']);
  git(folder, ['add', '--all']);
  git(folder, ['commit', '--quiet', '--allow-empty', '--message=first']);
  if (signed) signHead(folder);
}

/** Gives the head commit a made-up signature: enough for git to start its signature program. */
function signHead(folder: string): void {
  const commit = git(folder, ['cat-file', 'commit', 'HEAD']);
  const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQEzBAABCAAdFiEE\n -----END PGP SIGNATURE-----\n';
  const bearing = commit.replace('\n\n', `\n${signature}\n`);
  const id = git(folder, ['hash-object', '-t', 'commit', '-w', '--stdin'], bearing).trim();
  git(folder, ['update-ref', 'HEAD', id]);
}

function dropObject(folder: string, name: string): void {
  const id = git(folder, ['rev-parse', name]).trim();
  rmSync(path.join(folder, '.git', 'objects', id.slice(0, 2), id.slice(2)));
}

/** The preparing git sees no configuration but the repository's own, and none of the machine's variables. */
function git(folder: string, args: readonly string[], input?: string): string {
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.invalid', '-c', 'core.fsmonitor=false', '-c', 'commit.gpgSign=false'];
  return execFileSync('git', [...identity, ...args], {
    cwd: folder,
    encoding: 'utf8',
    input: input ?? '',
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
  });
}
