import type { $ZodType } from 'zod/v4/core';
import type { FileChange, FileCopy } from '../ports/files.js';
import type { Ports } from '../ports/ports.js';
import type { ResultFile } from '../ports/results.js';
import type { LeftOut, SandboxFile } from '../ports/sandbox.js';
import type { Risk } from '../policy/decision.js';
import type { Subject } from '../policy/subject.js';

/** What a tool does to the world; agents and the untrusted mode choose by it. */
export type Effect = 'read' | 'write' | 'execute' | 'network' | 'send';

/** What a call is about to do, worked out before anybody is asked, shown in the approval and bound to it. */
export type Preview =
  | { readonly kind: 'change'; readonly change: FileChange }
  /** A file that is no text is written as it is. */
  | { readonly kind: 'copy'; readonly copy: FileCopy; readonly what: string }
  /** Files as they were when the question was made: a program is given exactly these. */
  | { readonly kind: 'inputs'; readonly files: readonly SandboxFile[] };

/** What a program left behind. */
export interface KeptResults {
  readonly run: string;
  readonly files: readonly ResultFile[];
  readonly leftOut: readonly LeftOut[];
}

export interface ToolResult {
  /** For the model, and folded in the card. */
  readonly text: string;
  readonly isError?: boolean;
  /** The result carries text from outside the workspace: reading it taints the session. Says what it was. */
  readonly outside?: string;
  /** A line for the card's head, for example `exit code 0, 1.2 s`. */
  readonly summary?: string;
  readonly results?: KeptResults;
}

export interface RunContext {
  readonly sessionId: string;
  readonly signal: AbortSignal;
  /** Live output for the card. */
  readonly onOutput: (chunk: string) => void;
  /** What was shown: a tool with a preview does exactly this and nothing else. */
  readonly preview: Preview | undefined;
}

/**
 * A tool: a schema, what it touches, and how to run it through ports. It decides nothing about permission.
 * `run` may throw `AxonError`; the gate makes a result of it.
 */
export interface Tool<Arguments = unknown> {
  readonly name: string;
  /** For the model. */
  readonly description: string;
  readonly schema: $ZodType<Arguments>;
  readonly effect: Effect;
  /** The least risk; a guard can raise it. */
  readonly risk: Risk;
  /** `each`: asked every single time, no grant, no auto-approval (code_execute, email_send). */
  readonly approval: 'each' | 'grantable';
  /** One line for a person, for example `Read src/a.ts`. */
  title(args: Arguments): string;
  subjects(args: Arguments): readonly Subject[];
  /** Only reads. Errors end the call before anybody is asked. */
  preview?(args: Arguments, ports: Ports, context: Pick<RunContext, 'sessionId'>): Promise<Preview>;
  run(args: Arguments, ports: Ports, context: RunContext): Promise<ToolResult>;
}

/** Keeps the arguments' type while a tool is written; the registry holds tools of any arguments. */
export function defineTool<Arguments>(tool: Tool<Arguments>): Tool<Arguments> {
  return tool;
}
