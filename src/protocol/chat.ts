import * as z from 'zod/mini';
import { itemSchema } from './transcript.js';

/**
 * Messages between the extension host and the chat page, checked on both sides. The host sends one `snapshot` when the
 * page says `ready`; after that, increments only.
 *
 * The schemas are written with `zod/mini`: the same checks, an eighth of the bytes in the page.
 */
const choice = z.object({ id: z.string(), label: z.string(), detail: z.string() });
export type Choice = z.infer<typeof choice>;

const sessionRow = z.object({ id: z.string(), title: z.string(), updatedAt: z.number(), active: z.boolean() });
export type SessionRow = z.infer<typeof sessionRow>;

export const statusSchema = z.object({
  running: z.boolean(),
  agent: choice,
  agents: z.array(choice),
  /** Undefined until a model was chosen: the empty state then offers the ways to get one. */
  model: z.optional(z.extend(choice, { isLanguageModel: z.boolean() })),
  /** Ends in `undefined` models only when none is known; the picker itself is the editor's quick pick. */
  sessionId: z.string(),
  title: z.string(),
  trusted: z.boolean(),
  hasFolder: z.boolean(),
  /** What tainted the session, newest last; empty: clean. */
  taint: z.array(z.object({ source: z.string(), at: z.number() })),
  usage: z.object({ input: z.number(), output: z.number(), cost: z.optional(z.number()) }),
  /** Share of the model's context in use, 0 to 1. */
  contextShare: z.number(),
  sandbox: z.enum(['unknown', 'ready', 'no-image', 'image-unknown', 'no-engine']),
  pending: z.number(),
  /** The host's clock when this was sent (milliseconds since the epoch): in a remote window the page's clock is another one. */
  now: z.optional(z.number()),
});
export type Status = z.infer<typeof statusSchema>;

export const toPageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), status: statusSchema, items: z.array(itemSchema), /** Items before the first one sent. */ earlier: z.number() }),
  z.object({ type: z.literal('earlier'), items: z.array(itemSchema), earlier: z.number() }),
  z.object({ type: z.literal('status'), status: statusSchema }),
  z.object({ type: z.literal('added'), item: itemSchema }),
  /** Replaces the item of the same id. */
  z.object({ type: z.literal('changed'), item: itemSchema }),
  /** Appends to the text of an answer, or to the output of a call. */
  z.object({ type: z.literal('appended'), id: z.string(), text: z.string() }),
  /** The bytes of a picture that the page asked for, or why there are none. */
  z.object({ type: z.literal('result'), id: z.string(), name: z.string(), bytes: z.optional(z.instanceof(Uint8Array)), problem: z.optional(z.string()) }),
  z.object({ type: z.literal('sessions'), sessions: z.array(sessionRow) }),
  /** Says aloud (live region), for screen readers. */
  z.object({ type: z.literal('announce'), text: z.string() }),
  /** Puts text into the composer, and focuses it; in place of what stands there, or behind it. */
  z.object({ type: z.literal('compose'), text: z.string(), append: z.optional(z.boolean()) }),
]);
export type ToPage = z.infer<typeof toPageSchema>;

const answer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('allow-once') }),
  z.object({ type: z.literal('allow-session') }),
  z.object({ type: z.literal('deny'), note: z.optional(z.string().check(z.maxLength(2000))) }),
]);

/** Commands that the page may ask the editor to run; nothing else can be named. */
export const pageCommands = [
  'chooseModel', 'chooseAgent', 'setApiKey', 'openAuditLog', 'buildSandboxImage', 'sandboxStatus', 'revokeSessionPermissions', 'openSettings', 'openFolder', 'useGuide', 'useLocalModel', 'clearTaint',
] as const;

export const toHostSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('send'), text: z.string().check(z.minLength(1), z.maxLength(200_000)) }),
  z.object({ type: z.literal('stop') }),
  z.object({ type: z.literal('answer'), id: z.string(), hash: z.string(), answer }),
  z.object({ type: z.literal('show-diff'), id: z.string() }),
  /** About the call of a card. The page names it by its id alone: what was asked for, the host knows by itself. */
  z.object({ type: z.enum(['explain', 'allow-here', 'try-again']), id: z.string() }),
  /** About a file that the program of a call left behind: its bytes, to be saved in the workspace, to be opened. */
  z.object({ type: z.enum(['get-result', 'save-result', 'open-result']), id: z.string(), name: z.string() }),
  z.object({ type: z.literal('earlier'), before: z.string() }),
  z.object({ type: z.literal('new-session') }),
  z.object({ type: z.literal('list-sessions') }),
  z.object({ type: z.literal('open-session'), id: z.string() }),
  z.object({ type: z.literal('rename-session'), id: z.string(), title: z.string().check(z.minLength(1), z.maxLength(200)) }),
  z.object({ type: z.literal('delete-session'), id: z.string() }),
  z.object({ type: z.literal('select-agent'), id: z.string() }),
  z.object({ type: z.literal('copy'), text: z.string() }),
  z.object({ type: z.literal('insert'), text: z.string() }),
  /** Opens a link outside, after the editor's own question. http and https only. */
  z.object({ type: z.literal('open-link'), url: z.string().check(z.maxLength(4000)) }),
  z.object({ type: z.literal('command'), command: z.enum(pageCommands) }),
]);
export type ToHost = z.infer<typeof toHostSchema>;
