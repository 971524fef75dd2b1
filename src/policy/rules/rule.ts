import * as z from 'zod/mini';
import { risks, verdicts } from '../decision.js';

/**
 * A rule as a person writes it, in the user's settings or in a workspace's `.axon/policy.json`. A rule says what it is
 * about (`tool`, `match`), what follows (`verdict`, `risk`, `reason`, `next`) and how to know that it says what was meant
 * (`tests`).
 */
const oneLine = (most: number) => z.string().check(z.minLength(1), z.maxLength(most), z.regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u));
const toolName = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,62}\*?$/));
const list = <T extends z.core.$ZodType>(item: T) => z.array(item).check(z.minLength(1), z.maxLength(200));

const matchSchema = z.strictObject({
  command: z.optional(list(oneLine(500)).check(z.describe('The first words of the command, for example npm publish; * stands for any one word, and flags may stand in between. A rule that allows covers exactly these words and no more, in a workspace folder itself.'))),
  paths: z.optional(list(oneLine(500)).check(z.describe('Globs, relative to the workspace folder: infra/**, *.tf, migrations/*.sql. One without a slash matches at any depth. What asks or denies a folder does so for all below it. A path through a link is judged by where it leads, too.'))),
  access: z.optional(z.enum(['read', 'write']).check(z.describe('Only reading (with listing and searching), or only writing. Without it: both.'))),
  hosts: z.optional(list(oneLine(260)).check(z.describe('Hosts, for example docs.python.org or *.example.com for all below it. What asks or denies covers searches by the host of their provider, too. A rule that allows covers https on its usual port only.'))),
  mcpServers: z.optional(list(oneLine(100)).check(z.describe('Names of MCP servers whose tools are meant.'))),
});

const testsSchema = z.strictObject({
  match: z.optional(z.array(oneLine(2000)).check(z.maxLength(100), z.describe('Commands, paths, addresses or tool names that the rule has to cover.'))),
  notMatch: z.optional(z.array(oneLine(2000)).check(z.maxLength(100), z.describe('The same that it must not cover.'))),
});

const ruleSchema = z.strictObject({
  id: z.string().check(z.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/), z.maxLength(60), z.describe('Lower-case words with hyphens; unique in its list. Refusals name it.')),
  tool: z.optional(z.union([toolName, list(toolName)]).check(z.describe('A tool, or several; a name may end in *. Without it: every tool.'))),
  match: z.optional(matchSchema),
  verdict: z.enum(verdicts),
  risk: z.optional(z.enum(risks).check(z.describe('Raises the risk that is shown; it never lowers it. Not for a rule that allows.'))),
  reason: oneLine(300).check(z.describe('Why, for the person and the model: one sentence.')),
  next: z.optional(oneLine(300).check(z.describe('What to do instead.'))),
  tests: z.optional(testsSchema),
});
export type PolicyRule = z.infer<typeof ruleSchema>;

/** The user's rules: the setting `axon.policy.rules`. */
export const userRulesSchema = z.array(ruleSchema).check(z.maxLength(500));

/** A workspace's file can only tighten: there is no `allow` in it. */
export const policyFileSchema = z.strictObject({
  $schema: z.optional(z.string()),
  version: z.literal(1),
  rules: z.array(z.extend(ruleSchema, { verdict: z.enum(['ask', 'deny']).check(z.describe('A workspace can only tighten.')) })).check(z.maxLength(500)),
});
