import { canonicalJson } from '../../canonical.js';
import { parseJson } from '../parse-json.js';

/** A line of a journal. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
  /** Its window ended the journal here: no line that comes after it was ever confirmed. */
  readonly final?: true;
}

/** From one position to another, both included. */
export type Positions = readonly [from: number, to: number];

/** What is remembered of the log outside its folder. */
export interface AnchorState {
  /** Positions that were given to events, from 1 on. */
  readonly folded: number;
  /** Of those, the ones that a fold took which died before it was done. Its journals are folded anew, to other positions. */
  readonly unused: readonly Positions[];
  /** The positions up to here are about to be given, to a segment that is about to get its name. */
  readonly committing?: number;
  /** The last line known of each journal that isn't folded yet. */
  readonly journals: ReadonlyMap<string, Head>;
  /** False: nothing is remembered, so events cut off the end can't be noticed. */
  readonly known: boolean;
  /**
   * When the memory began (milliseconds since the epoch), where that was after the log did: what was cut off the end
   * before that can't be noticed.
   */
  readonly since?: number;
}

/** Nothing is remembered: of a copy of the folder, or where the memory was lost. */
export const noAnchor: AnchorState = { folded: 0, unused: [], journals: new Map(), known: false };

/** What is stored, and news of journals. Of two lines of one journal the later is kept, and a final one. */
export function withHeads(stored: AnchorState, news: Iterable<readonly [journal: string, head: Head]>): AnchorState {
  const journals = new Map(stored.journals);
  for (const [name, head] of news) {
    const known = journals.get(name);
    if (!known || head.seq > known.seq || (head.seq === known.seq && head.final)) journals.set(name, head);
  }
  return { ...stored, journals };
}

/** With the end of a journal that may be newer than what is remembered of it. */
export function withHead(state: AnchorState, head: (Head & { readonly journal: string }) | undefined): AnchorState {
  return head ? withHeads(state, [[head.journal, { seq: head.seq, hash: head.hash }]]) : state;
}

/** The parts of a span of positions that events were given and that no dead fold left unused. */
export function givenWithin(span: Positions, unused: readonly Positions[]): readonly Positions[] {
  let [next] = span;
  const [, last] = span;
  const given: Positions[] = [];
  for (const [from, to] of [...unused].sort(([a], [b]) => a - b)) {
    if (to < next || from > last) continue;
    if (from > next) given.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= last) given.push([next, last]);
  return given;
}

/** One line; `parseAnchor` reads it. */
export function anchorText({ folded, unused, committing, journals, since }: AnchorState): string {
  return canonicalJson({ committing, folded, journals: Object.fromEntries(journals), since, unused: unused.length > 0 ? unused : undefined, v: 1 });
}

export function parseAnchor(text: string): AnchorState | undefined {
  const value = objectOf(parseJson(text));
  const journals = objectOf(value?.['journals']);
  if (!value || !journals) return undefined;
  const { folded, since, committing, unused = [] } = value;
  const heads = new Map<string, Head>();
  for (const [name, head] of Object.entries(journals)) {
    const known = headOf(head);
    if (!known) return undefined;
    heads.set(name, known);
  }
  if (typeof folded !== 'number' || !isNumberOrNone(since) || !isNumberOrNone(committing) || !Array.isArray(unused) || !unused.every(isPositions)) return undefined;
  return { folded, unused, journals: heads, known: true, ...(since !== undefined && { since }), ...(committing !== undefined && { committing }) };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function headOf(value: unknown): Head | undefined {
  const { seq, hash, final } = objectOf(value) ?? {};
  return typeof seq === 'number' && typeof hash === 'string' ? { seq, hash, ...(final === true && { final }) } : undefined;
}

const isNumberOrNone = (value: unknown): value is number | undefined => value === undefined || typeof value === 'number';
const isPositions = (value: unknown): value is Positions => Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'number');
