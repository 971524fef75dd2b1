import * as z from 'zod/mini';

/**
 * What the chat page shows, one entry after the other. The host makes it from agent events; the page only draws it.
 * Nothing in it is a secret, and every text in it may be hostile.
 */
const at = z.number();

export const approvalViewSchema = z.object({
  id: z.string(),
  hash: z.string(),
  /** Label of the session grant on offer; absent: allow once or deny only. */
  grantLabel: z.optional(z.string()),
  warnings: z.array(z.string()),
  hasDiff: z.boolean(),
  /** In place of a diff: what is about to be done, a line each, for example the files that a program is given. */
  facts: z.optional(z.array(z.string())),
  /** Lines added and removed, where there is a diff. */
  added: z.optional(z.number()),
  removed: z.optional(z.number()),
  expiresAt: at,
  answerableAt: at,
});
export type ApprovalView = z.infer<typeof approvalViewSchema>;

/** A file that a program left in the sandbox's result folder. Name and preview are the program's own. */
export const resultFileSchema = z.object({
  name: z.string(),
  bytes: z.number(),
  kind: z.enum(['picture', 'table', 'text', 'other']),
  /** Of a picture. */
  media: z.optional(z.enum(['image/png', 'image/svg+xml'])),
  /** In pixels, of a picture that tells. */
  width: z.optional(z.number()),
  height: z.optional(z.number()),
  /** The beginning of a text, or of a table as CSV; at most 4,000 characters. */
  preview: z.optional(z.string()),
  /** There is more than the preview shows. */
  cut: z.optional(z.boolean()),
});
export type ResultFileView = z.infer<typeof resultFileSchema>;

export const callStates = ['preparing', 'asking', 'running', 'done', 'failed', 'denied', 'rejected', 'invalid', 'stopped'] as const;

export const userItemSchema = z.object({ kind: z.literal('user'), id: z.string(), at, text: z.string() });
export const answerItemSchema = z.object({
  kind: z.literal('answer'), id: z.string(), at, text: z.string(), model: z.string(),
  /** False: the built-in guide wrote it, and the page says so at the answer. Absent: taken for a language model. */
  isLanguageModel: z.optional(z.boolean()),
  streaming: z.boolean(), stopped: z.boolean(),
  usage: z.optional(z.object({ input: z.number(), output: z.number() })),
  /** US dollars. */
  cost: z.optional(z.number()),
});
export const callItemSchema = z.object({
  kind: z.literal('call'), id: z.string(), at, tool: z.string(), title: z.string(),
  /** Canonical arguments, pretty-printed; the raw text where they are not JSON. */
  argumentsText: z.string(),
  state: z.enum(callStates),
  risk: z.optional(z.enum(['low', 'medium', 'high', 'critical'])),
  rule: z.optional(z.string()),
  reason: z.optional(z.string()),
  next: z.optional(z.string()),
  /** The policy refused the command only because it is on no list: the person may put exactly this one on theirs. */
  mayAllowHere: z.optional(z.boolean()),
  /** The person did that since. */
  allowedHere: z.optional(z.boolean()),
  allowedBy: z.optional(z.enum(['once', 'session', 'grant', 'policy'])),
  approval: z.optional(approvalViewSchema),
  startedAt: z.optional(at),
  milliseconds: z.optional(z.number()),
  summary: z.optional(z.string()),
  /** What was read from outside. */
  outside: z.optional(z.string()),
  /** What the program left behind; the bytes are asked for one by one. */
  results: z.optional(z.object({ run: z.string(), files: z.array(resultFileSchema), leftOut: z.array(z.object({ name: z.string(), reason: z.string() })) })),
  /** Live output first, the result in the end; at most 20,000 characters are sent. */
  output: z.string(),
});
export const noticeItemSchema = z.object({
  kind: z.literal('notice'), id: z.string(), at, level: z.enum(['info', 'warning', 'error']), text: z.string(), next: z.optional(z.string()),
});

export const itemSchema = z.discriminatedUnion('kind', [userItemSchema, answerItemSchema, callItemSchema, noticeItemSchema]);
export type Item = z.infer<typeof itemSchema>;
export type UserItem = z.infer<typeof userItemSchema>;
export type AnswerItem = z.infer<typeof answerItemSchema>;
export type CallItem = z.infer<typeof callItemSchema>;
export type NoticeItem = z.infer<typeof noticeItemSchema>;
