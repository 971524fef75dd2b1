import * as z from 'zod/mini';
import { answerItemSchema, callItemSchema, noticeItemSchema, userItemSchema } from '../../protocol/transcript.js';

/**
 * One line of a conversation's file. The lines hold what the page shows and what the model is told, so that both can be
 * made again from them. A line is written when its thing is finished, never changed, and unknown kinds are an error.
 */
const usage = z.object({ input: z.number(), output: z.number() });
const call = z.object({ id: z.string(), name: z.string(), argumentsJson: z.string() });

export const headerSchema = z.object({
  type: z.literal('conversation'), version: z.literal(1), id: z.string(), createdAt: z.number(), title: z.string().check(z.maxLength(200)),
});
export type Header = z.infer<typeof headerSchema>;

export const entrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), item: userItemSchema }),
  /** The answer and the calls it asked for. */
  z.object({ type: z.literal('answer'), item: answerItemSchema, calls: z.array(call) }),
  /** A call that ended. Its output on the page is made from `text`, which is what the model was told. */
  z.object({ type: z.literal('call'), item: callItemSchema, text: z.string() }),
  z.object({ type: z.literal('notice'), item: noticeItemSchema }),
  /** From here on the summary stands for every message before `keptFrom`. */
  z.object({
    type: z.literal('compacted'), id: z.string(), at: z.number(), summary: z.string(), keptFrom: z.string(),
    tokensBefore: z.number(), tokensAfter: z.number(), usage: z.optional(usage), cost: z.optional(z.number()),
  }),
  /** Another agent takes over from here. */
  z.object({ type: z.literal('agent'), agent: z.string() }),
]);
export type Entry = z.infer<typeof entrySchema>;
