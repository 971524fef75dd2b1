import * as z from 'zod/mini';
import { kinds } from './kinds.js';
import { isQuick } from './quick-pattern.js';

const line = (most: number) => z.string().check(z.minLength(1), z.maxLength(most), z.regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+$/u));
const word = z.string().check(z.minLength(1), z.maxLength(1000), z.regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+$/u));
const flags = z.string().check(z.maxLength(4000), z.regex(/^\S+(?: \S+)*$/));
const kindNames = Object.keys(kinds) as [string, ...string[]];
const count = z.int().check(z.minimum(0), z.maximum(100));

const quick = z.string().check(z.maxLength(200), z.refine(isQuick, { error: 'has to be a plain pattern: no look-around, no back reference, no repeated group, and few repetitions and alternatives (two of them unlimited at most)' }));

/** What an entry says about the words behind its own. Patterns of a person's own have to be answered soon for every word. */
function fields(pattern: z.ZodMiniType<string>) {
  const kind = z.union([z.enum(kindNames), z.strictObject({ oneOf: z.array(line(200)).check(z.minLength(1), z.maxLength(100)) }), z.strictObject({ pattern, called: line(300) })]);
  const kindsByFlag = z.record(flags, kind);
  return {
    flags: {
      switches: z.optional(flags.check(z.describe('Flags without a value, separated by blanks: "-v --verbose".'))),
      values: z.optional(kindsByFlag.check(z.describe('Flags with a value in the same or the next word, and what the value may be.'))),
      attached: z.optional(kindsByFlag.check(z.describe('Flags whose value, if there is one, is in the same word.'))),
    },
    words: {
      style: z.optional(z.enum(['gnu', 'words']).check(z.describe('"words": flags such as -run are not clusters of letters.'))),
      digits: z.optional(z.boolean().check(z.describe('Takes flags such as -5.'))),
      needsOneOf: z.optional(flags),
      first: z.optional(z.strictObject({ kind, unless: z.optional(flags) })),
      positional: z.optional(kind.check(z.describe('What the words that are no flags may be; without it there may be none.'))),
      atLeast: z.optional(count),
      atMost: z.optional(count),
      positionalsFirst: z.optional(z.boolean()),
      afterDashes: z.optional(kind),
    },
  };
}
const own = fields(quick);
const listed = fields(z.string());

const tests = {
  match: z.array(line(10_000)).check(z.minLength(1), z.maxLength(100), z.describe('Commands that the entry has to let through.')),
  notMatch: z.array(line(10_000)).check(z.minLength(1), z.maxLength(100), z.describe('Commands that it must not let through.')),
};
const effect = z.enum(['reads', 'changes', 'runs']);

/** An entry of a person's own (setting `axon.commands.allowed`): what counts is what it adds; it takes no guard away. */
export const userEntrySchema = z.strictObject({
  words: z.array(word).check(z.minLength(1), z.maxLength(100), z.describe('The program and the words that have to follow it, exactly.')),
  in: z.optional(line(4096).check(z.describe('Absolute path of the folder that the command has to run in. Without it: any folder of any workspace.'))),
  about: z.optional(line(200).check(z.describe('What it does, for the approval.'))),
  effect: z.optional(effect.check(z.describe('"runs" (default) and "changes": path-like words are checked as for reading and writing. "reads": as for reading.'))),
  warnings: z.optional(z.array(line(300)).check(z.maxLength(10))),
  ...own.flags,
  ...own.words,
  ...tests,
});
export type UserCommandEntry = z.infer<typeof userEntrySchema>;

const flagGroup = z.strictObject({ also: z.optional(line(40)), ...listed.flags });

/** whitelist.json */
export const whitelistSchema = z.strictObject({
  flags: z.record(line(40), flagGroup),
  entries: z.array(
    z.strictObject({
      words: z.array(word).check(z.minLength(1), z.maxLength(5)),
      about: line(200),
      effect,
      note: z.optional(line(1000)),
      warnings: z.optional(z.array(line(300))),
      batchFile: z.optional(z.boolean()),
      also: z.optional(line(40)),
      ...listed.flags,
      ...listed.words,
      reaches: z.optional(z.strictObject({ operation: z.enum(['read', 'list']), from: z.enum(['folder', 'top']), when: z.optional(flags), unless: z.optional(flags) })),
      leavesOut: z.optional(z.enum(['rg', 'grep', 'diff', 'git', 'git-history', 'git-stash', 'git-written'])),
      insert: z.optional(z.array(line(200))),
      append: z.optional(z.strictObject({ flags: z.array(line(200)), when: z.optional(flags) })),
      match: z.array(z.string()).check(z.minLength(1)),
      notMatch: z.array(z.string()).check(z.minLength(1)),
    }),
  ),
});
