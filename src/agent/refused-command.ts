import * as z from 'zod/mini';
import { mayBeAllowed } from '../policy/command/narrowest-entry.js';
import type { CallItem } from '../protocol/transcript.js';
import { visibleLine } from '../visible.js';
import { cutEnd } from './cut.js';

export interface RefusedCommand {
  readonly command: string;
  /** As the model wrote it: relative to the first workspace folder. */
  readonly cwd?: string;
}

const argumentsSchema = z.object({ command: z.string(), cwd: z.optional(z.string()) });

/**
 * The command of a card that was refused only because it is on no list. Undefined for every other card, and where the
 * arguments were too long to be kept whole.
 */
export function refusedCommand({ tool, state, rule, argumentsText }: CallItem): RefusedCommand | undefined {
  if (tool !== 'shell_execute' || state !== 'denied' || rule === undefined || !mayBeAllowed(rule)) return undefined;
  try {
    const { command, cwd } = argumentsSchema.parse(JSON.parse(argumentsText));
    return { command, ...(cwd !== undefined && { cwd }) };
  } catch {
    // Text that was cut is no JSON any more: what isn't known whole can't be allowed.
    return undefined;
  }
}

/** What the person may want to say after they allowed a command: for a model in words, for the guide as its command. */
export function tryAgainText({ command, cwd }: RefusedCommand, isLanguageModel: boolean): string {
  if (!isLanguageModel) return `run ${command}`;
  return `I allowed this command${cwd === undefined ? '' : ` in ${cutEnd(visibleLine(cwd), 200)}`}; it will ask me each time. Please try it again: ${cutEnd(visibleLine(command), 500)}`;
}
