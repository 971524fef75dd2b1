import * as z from 'zod/mini';

/**
 * Messages between the extension host and the audit page, checked on both sides. The page names events by their ids and
 * nothing else: what is copied, explained, opened or exported, the host looks up by itself.
 *
 * Everything in an event may have been written by a model or by the world. All texts and lists have a limit here, so that
 * neither side can be made to hold more than it chose to.
 */
export const limits = {
  name: 300, text: 200, about: 400, passage: 2_000, arguments: 32_000, result: 1_000, layers: 12,
  /** Rows that are sent at once, and rows that can be scrolled through: browsers draw nothing that is much taller. */
  block: 100, rows: 500_000,
  facets: 200, buckets: 200, storyEvents: 200, callEvents: 50, findings: 100, notes: 20,
} as const;

const upTo = (length: number) => z.string().check(z.maxLength(length));
const name = upTo(limits.name);
const count = z.number().check(z.int(), z.gte(0));
/** Milliseconds since the epoch, within what a date can be. */
const time = z.number().check(z.int(), z.gte(-8.64e15), z.lte(8.64e15));
/** The journal's name and the place in it. */
const eventId = z.string().check(z.maxLength(200), z.regex(/^[\w-]+\.\d{1,12}$/));

/** All that is given must hold. */
export const filterSchema = z.object({
  sessionId: z.optional(name),
  agent: z.optional(name),
  tool: z.optional(name),
  type: z.optional(name),
  decision: z.optional(name),
  rule: z.optional(name),
  text: z.optional(z.string().check(z.minLength(1), z.maxLength(limits.text))),
  /** Inclusive. */
  from: z.optional(time),
  /** Exclusive. */
  to: z.optional(time),
});
export type Filter = z.infer<typeof filterSchema>;

/** What the page shows, so that it comes back as it was when the page was hidden, or the window loaded anew. */
export const keptSchema = z.object({
  filter: filterSchema,
  /** The event that is open. */
  selected: z.optional(eventId),
  /** The session whose story is open. */
  story: z.optional(name),
  chart: z.enum(['bars', 'table', 'hidden']),
});
export type Kept = z.infer<typeof keptSchema>;

const rowFields = {
  id: eventId,
  at: time,
  type: name,
  sessionId: name,
  agent: z.optional(name),
  source: z.optional(name),
  callId: z.optional(name),
  tool: z.optional(name),
  decision: z.optional(name),
  rule: z.optional(name),
  risk: z.optional(name),
  milliseconds: z.optional(z.number()),
  /** What it was about, in short: the command, the path, the address; what went wrong; why. */
  about: upTo(limits.about),
};
export const rowSchema = z.object(rowFields);
export type Row = z.infer<typeof rowSchema>;

/** The window that wrote the event is gone: what it had begun can't end any more. */
const windowEnded = z.optional(z.boolean());
const storyEvent = z.object({ ...rowFields, windowEnded, reason: z.optional(upTo(limits.passage)), result: z.optional(upTo(limits.result)), error: z.optional(upTo(limits.passage)) });
export type StoryEvent = z.infer<typeof storyEvent>;

const layer = z.object({ layer: name, verdict: name, risk: name, rule: name, reason: upTo(limits.passage), won: z.boolean() });
export type LayerView = z.infer<typeof layer>;

const details = z.object({
  ...rowFields,
  reason: z.optional(upTo(limits.passage)),
  arguments: z.optional(upTo(limits.arguments)),
  /** Characters of the whole arguments, when they were cut. */
  argumentsSize: z.optional(count),
  argumentsHash: z.optional(name),
  result: z.optional(upTo(limits.result)),
  resultSize: z.optional(count),
  resultHash: z.optional(name),
  error: z.optional(upTo(limits.passage)),
  /** What each layer of the policy said when the call was judged. */
  layers: z.array(layer).check(z.maxLength(limits.layers)),
  /** Why the layer that won did. */
  layersWhy: z.optional(upTo(limits.passage)),
  window: name,
  /** What the clock said, where it had gone back: `at` is then the time of the event before. */
  clock: z.optional(z.number()),
  hash: name,
  /** All events of the same call, oldest first, this one included. */
  call: z.array(rowSchema).check(z.maxLength(limits.callEvents)),
  windowEnded,
  /** The conversation's title, when it is still kept where this window finds it. */
  conversation: z.optional(name),
});
export type Details = z.infer<typeof details>;

const facet = z.object({ value: name, events: count });
const facetList = z.array(facet).check(z.maxLength(limits.facets));
const facets = z.object({
  tools: facetList, agents: facetList, rules: facetList, decisions: facetList, types: facetList,
  sessions: z.array(z.object({ id: name, title: z.optional(name), events: count, earliest: time, latest: time })).check(z.maxLength(limits.facets)),
  events: count,
  earliest: z.optional(time),
  latest: z.optional(time),
  /** Logs beside this one that were written with another key. */
  otherLogs: count,
});
export type Facets = z.infer<typeof facets>;

export const outcomes = ['auto', 'approved', 'rejected', 'denied', 'failed'] as const;
export type CallOutcome = (typeof outcomes)[number];

const bucket = z.object({ from: time, to: time, events: count, auto: count, approved: count, rejected: count, denied: count, failed: count });
export type Bucket = z.infer<typeof bucket>;

const finding = z.object({ fault: name, message: upTo(limits.passage), /** The event, or one beside it, can be looked for in the list. */ hasPlace: z.boolean() });
export type Finding = z.infer<typeof finding>;

export const checkSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('never') }),
  /** How far it is, once that is known: of all bytes, the part from 0 to 1. */
  z.object({ state: z.literal('running'), progress: z.optional(z.object({ events: count, part: z.number().check(z.gte(0), z.lte(1)) })) }),
  z.object({ state: z.literal('failed'), message: upTo(limits.passage), next: upTo(limits.passage) }),
  z.object({
    state: z.literal('done'), at: time, verdict: z.enum(['whole', 'whole-as-far-as-known', 'not-whole']), events: count,
    /** When the last event that was checked happened; absent in an empty log. */
    latest: z.optional(time),
    /** Events that came since, and such as were checked and are no longer there. */
    newer: count, fewer: count,
    notes: z.array(upTo(limits.passage)).check(z.maxLength(limits.notes)), findings: z.array(finding).check(z.maxLength(limits.findings)), more: count,
  }),
]);
export type Check = z.infer<typeof checkSchema>;

/** The number of the question that a message answers: answers to earlier ones are dropped. */
const query = count;

export const toPageSchema = z.discriminatedUnion('type', [
  /** Comes first, and once for each `ready`. */
  z.object({ type: z.literal('start'), kept: z.optional(keptSchema) }),
  z.object({ type: z.literal('facets'), facets }),
  /** The newest rows of a question; `total` is at least their number, and exact once it is `counted`. */
  z.object({ type: z.literal('list'), query, rows: z.array(rowSchema).check(z.maxLength(limits.block)), total: count, counted: z.boolean() }),
  z.object({ type: z.literal('rows'), query, from: count, rows: z.array(rowSchema).check(z.maxLength(limits.block)) }),
  z.object({ type: z.literal('timeline'), query, total: count, buckets: z.array(bucket).check(z.maxLength(limits.buckets)) }),
  /** Events that came after the list was made. */
  z.object({ type: z.literal('newer'), query, count, more: z.boolean() }),
  /** The log is another than when the list was made: events left it, or were put among those that stood there. */
  z.object({ type: z.literal('changed'), query }),
  /** Where an event stands in the list, counted from 0; `beside` where it isn't there itself and this is one next to it. */
  z.object({ type: z.literal('place'), query, id: eventId, at: time, row: count, beside: z.boolean() }),
  z.object({ type: z.literal('details'), details }),
  z.object({ type: z.literal('story'), sessionId: name, title: z.optional(name), kept: z.boolean(), from: count, total: count, events: z.array(storyEvent).check(z.maxLength(limits.storyEvents)) }),
  z.object({ type: z.literal('check'), check: checkSchema }),
  z.object({ type: z.literal('failed'), what: z.enum(['list', 'rows', 'timeline', 'details', 'story', 'facets']), query: z.optional(count), message: upTo(limits.passage), next: upTo(limits.passage) }),
  z.object({ type: z.literal('announce'), text: upTo(limits.passage) }),
]);
export type ToPage = z.infer<typeof toPageSchema>;

export const toHostSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** What is to come back with the page. */
  z.object({ type: z.literal('keep'), kept: keptSchema }),
  z.object({ type: z.literal('query'), query, filter: filterSchema }),
  /** The block of rows that begins at `from`, a multiple of the block's length. */
  z.object({ type: z.literal('rows'), query, from: z.number().check(z.int(), z.gte(0), z.lt(limits.rows), z.multipleOf(limits.block)) }),
  z.object({ type: z.enum(['details', 'explain', 'open-conversation']), id: eventId }),
  /** Where this event, or what was found by the check, stands in the list. */
  z.object({ type: z.literal('place'), query, of: z.union([z.object({ id: eventId }), z.object({ finding: z.number().check(z.int(), z.gte(0), z.lt(limits.findings)) })]) }),
  z.object({ type: z.literal('copy'), id: eventId, form: z.enum(['json', 'text']) }),
  /** The events of a session from its `from`th on, oldest first. */
  z.object({ type: z.literal('story'), sessionId: name, from: count }),
  /** What the list shows: the filter of the last question. */
  z.object({ type: z.literal('export'), format: z.enum(['csv', 'jsonl']) }),
  z.object({ type: z.enum(['export-bundle', 'verify', 'stop-verifying', 'show-live-output']) }),
]);
export type ToHost = z.infer<typeof toHostSchema>;
/** An event by its id, or what the check found by its number. */
export type PlaceOf = Extract<ToHost, { type: 'place' }>['of'];
