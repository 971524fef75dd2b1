import * as z from 'zod/mini';
import { canonicalJson } from '../canonical.js';
import type { Tool } from '../tools/tool.js';

/** Characters of arguments that are read at most; a model that sends more is told so. */
export const mostArgumentCharacters = 1_000_000;

export type CheckedArguments =
  | { readonly ok: true; readonly value: unknown; /** Canonical JSON: what is shown, hashed and run. */ readonly canonical: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Parses what a model wrote against the tool's schema. What comes out is what the schema kept: a key that the schema does
 * not know is neither shown nor run.
 */
export function checkArguments(tool: Tool, argumentsJson: string): CheckedArguments {
  if (argumentsJson.length > mostArgumentCharacters) {
    return { ok: false, reason: `The arguments have ${argumentsJson.length} characters; at most ${mostArgumentCharacters} are read.` };
  }
  let json: unknown;
  try {
    // Providers send nothing at all for a call without arguments.
    json = JSON.parse(argumentsJson.trim() === '' ? '{}' : argumentsJson);
  } catch {
    return { ok: false, reason: 'The arguments are not JSON.' };
  }
  const parsed = z.safeParse(tool.schema, json);
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`);
    return { ok: false, reason: `The arguments do not fit ${tool.name}: ${issues.join('; ')}.` };
  }
  return { ok: true, value: parsed.data, canonical: canonicalJson(parsed.data) };
}
