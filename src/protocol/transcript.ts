import { z } from 'zod';

/**
 * What the chat page shows, one entry after the other. The host makes it from agent events; the page only draws it.
 * Nothing in it is a secret, and every text in it may be hostile.
 */
const at = z.number();

export const approvalViewSchema = z.object({
  id: z.string(),
  hash: z.string(),
  /** Label of the session grant on offer; absent: allow once or deny only. */
  grantLabel: z.string().optional(),
  warnings: z.array(z.string()),
  hasDiff: z.boolean(),
  /** Lines added and removed, where there is a diff. */
  added: z.number().optional(),
  removed: z.number().optional(),
  expiresAt: at,
  answerableAt: at,
});
export type ApprovalView = z.infer<typeof approvalViewSchema>;

export const callStates = ['preparing', 'asking', 'running', 'done', 'failed', 'denied', 'rejected', 'invalid', 'stopped'] as const;

export const userItemSchema = z.object({ kind: z.literal('user'), id: z.string(), at, text: z.string() });
export const answerItemSchema = z.object({
  kind: z.literal('answer'), id: z.string(), at, text: z.string(), model: z.string(),
  streaming: z.boolean(), stopped: z.boolean(),
  usage: z.object({ input: z.number(), output: z.number() }).optional(),
  /** US dollars. */
  cost: z.number().optional(),
});
export const callItemSchema = z.object({
  kind: z.literal('call'), id: z.string(), at, tool: z.string(), title: z.string(),
  /** Canonical arguments, pretty-printed; the raw text where they are not JSON. */
  argumentsText: z.string(),
  state: z.enum(callStates),
  risk: z.enum(['low', 'medium', 'high', 'critical']).optional(),
  rule: z.string().optional(),
  reason: z.string().optional(),
  next: z.string().optional(),
  allowedBy: z.enum(['once', 'session', 'grant', 'policy']).optional(),
  approval: approvalViewSchema.optional(),
  startedAt: at.optional(),
  milliseconds: z.number().optional(),
  summary: z.string().optional(),
  /** Live output first, the result in the end; at most 20,000 characters are sent. */
  output: z.string(),
});
export const noticeItemSchema = z.object({
  kind: z.literal('notice'), id: z.string(), at, level: z.enum(['info', 'warning', 'error']), text: z.string(), next: z.string().optional(),
});

export const itemSchema = z.discriminatedUnion('kind', [userItemSchema, answerItemSchema, callItemSchema, noticeItemSchema]);
export type Item = z.infer<typeof itemSchema>;
export type UserItem = z.infer<typeof userItemSchema>;
export type AnswerItem = z.infer<typeof answerItemSchema>;
export type CallItem = z.infer<typeof callItemSchema>;
export type NoticeItem = z.infer<typeof noticeItemSchema>;
