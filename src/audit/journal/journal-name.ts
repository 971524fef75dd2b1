import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { dayMilliseconds } from '../day.js';
import { processExists } from '../storage/process-exists.js';

/**
 * A journal's name tells whose it is: `20261122T001500123Z-WINDOW-PID-HOST-RANDOM`. On disk it ends in `.live.jsonl`
 * while its window writes to it, and in `.jsonl` from then on; in between in `.mending.jsonl`, where the window is dead and
 * another one looks for an unfinished end.
 */
export interface JournalName {
  readonly name: string;
  readonly window: string;
  readonly pid: number;
  /** A short hash of the machine's name: process numbers mean something on one machine only. */
  readonly host: string;
}

const pattern = /^\d{8}T\d{9}Z-([\w-]{1,64})-(\d{1,10})-([0-9a-f]{8})-[0-9a-f]{8}$/;
const liveEnding = '.live.jsonl';
const mendingEnding = '.mending.jsonl';
const closedEnding = '.jsonl';

const thisHost = (): string => createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** A window id that is fit for a file name: itself where it is, otherwise a hash of it. */
export function windowName(windowId: string): string {
  return /^[\w-]{1,64}$/.test(windowId) ? windowId : createHash('sha256').update(windowId).digest('hex').slice(0, 32);
}

/** A container that starts anew gives its processes the same numbers: a journal of this number need not be of this process. */
const ofThisProcess = new Set<string>();

export function newJournalName(window: string, at: number): string {
  const stamp = new Date(at).toISOString().replaceAll(/[-:.]/g, '');
  const name = `${stamp}-${window}-${process.pid}-${thisHost()}-${randomBytes(4).toString('hex')}`;
  ofThisProcess.add(name);
  return name;
}

/** When a journal was begun, as its name tells: milliseconds since the epoch. */
export function begunAt(journal: string): number {
  return Date.parse(journal.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z.*$/, '$1-$2-$3T$4:$5:$6.$7Z'));
}

export const liveFile = (name: string): string => name + liveEnding;
export const mendingFile = (name: string): string => name + mendingEnding;
export const closedFile = (name: string): string => name + closedEnding;

export interface JournalFileName {
  readonly journal: JournalName;
  /** It has not its closed name yet: it may grow, and its end may be unfinished. */
  readonly live: boolean;
  /** A live one that is taken from its window already. */
  readonly mending: boolean;
}

/** What a file in the journals folder is; `undefined` for what is none of ours. */
export function parseJournalFile(file: string): JournalFileName | undefined {
  const ending = [liveEnding, mendingEnding, closedEnding].find((each) => file.endsWith(each));
  if (ending === undefined) return undefined;
  const name = file.slice(0, -ending.length);
  const [, window, pid, host] = pattern.exec(name) ?? [];
  if (window === undefined || pid === undefined || host === undefined) return undefined;
  return { live: ending !== closedEnding, mending: ending === mendingEnding, journal: { name, window, pid: Number(pid), host } };
}

/** Which of its journals this process gave up and won't write to again. */
export interface OwnJournals {
  isAbandoned(name: string): boolean;
}

/**
 * True when the journal's window may still write to it. A wrong "no" loses nothing: the journal is moved before it is read,
 * and a window that finds its journal moved goes on in a new one. On another machine only the file's age can tell.
 */
export function mayBeAlive(journal: JournalName, own: OwnJournals, age: { readonly modifiedAt: number; readonly now: number }): boolean {
  if (journal.host !== thisHost()) return age.now - age.modifiedAt < dayMilliseconds;
  if (journal.pid === process.pid) return ofThisProcess.has(journal.name) && !own.isAbandoned(journal.name);
  return processExists(journal.pid);
}
