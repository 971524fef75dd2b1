import { visibleLine } from '../../visible.js';

export type Fault =
  /** Not what was written. */
  | 'changed'
  | 'inserted'
  | 'reordered'
  | 'doubled'
  | 'removed'
  /** Removed from the end, which only what is remembered outside the folder can tell. */
  | 'cut'
  /** Authentic, but of a version this code doesn't know. */
  | 'newer'
  /** The end of a journal is unfinished. */
  | 'torn'
  /** A file that isn't ours, or no plain file. */
  | 'foreign'
  /** Found broken before and kept. */
  | 'set-aside';

/** Where something is wrong. Times are milliseconds since the epoch. */
export interface Place {
  /** Counts from 1 in the file; absent for what isn't there. */
  readonly line?: number;
  /** In its journal; `untilSeq` where it is about more than one event. */
  readonly seq?: number;
  readonly untilSeq?: number;
  /** The events' ids, as exports have them, are `JOURNAL.SEQ`. */
  readonly journal?: string;
  /** The place in the order of all folded events, counted from 1. */
  readonly position?: number;
  /** When it happened, where an authentic line tells. */
  readonly at?: number;
  /** The nearest authentic events before and after, in the same journal: it happened between them. */
  readonly after?: number;
  readonly before?: number;
}

export interface VerifyFinding extends Place {
  readonly fault: Fault;
  /** Relative to the log's folder. */
  readonly file: string;
  /** One sentence for a person, safe to print: what, where, when. */
  readonly message: string;
}

const words: Record<Fault, string> = {
  changed: 'is not what was written',
  inserted: 'was slipped in',
  reordered: 'stands in the wrong place',
  doubled: 'is there more than once',
  removed: 'is missing',
  cut: 'and what followed it were cut off the end',
  newer: 'was written by a newer version of Axon and can\'t be checked by this one',
  torn: 'has an unfinished last line',
  foreign: 'is not a file of the audit log',
  'set-aside': 'was found broken before and is kept aside',
};

/** `what` replaces the sentence's first part, for what isn't about a line or an event. */
export function findingOf(fault: Fault, file: string, place: Place = {}, what?: string): VerifyFinding {
  const start = what ?? `${subjectOf(file, place)} ${place.untilSeq === undefined ? words[fault] : words[fault].replace('is missing', 'are missing')}`;
  const details = [eventOf(place, start), timeOf(place)].filter((each) => each !== '').join(', ');
  return { fault, file, ...place, message: `${visibleLine(start)}${details === '' ? '' : ` (${details})`}.` };
}

function subjectOf(file: string, { line, seq, untilSeq, position }: Place): string {
  if (position !== undefined) return `The event at position ${position} in ${file}`;
  if (line !== undefined) return `Line ${line} of ${file}`;
  if (seq === undefined) return file;
  return untilSeq === undefined ? `Event ${seq} of ${file}` : `Events ${seq} to ${untilSeq} of ${file}`;
}

function eventOf({ journal, seq }: Place, start: string): string {
  if (journal === undefined || seq === undefined || start.includes(`${journal}.${seq}`)) return '';
  return `event id ${journal}.${seq}`;
}

function timeOf({ at, after, before }: Place): string {
  if (at !== undefined) return inWords(at);
  if (after !== undefined && before !== undefined) return `between ${inWords(after)} and ${inWords(before)}`;
  if (after !== undefined) return `after ${inWords(after)}`;
  return before === undefined ? '' : `before ${inWords(before)}`;
}

/** UTC, so that auditor and machine mean the same. */
export const inWords = (at: number): string => new Date(at).toISOString();
