import * as z from 'zod/mini';
import { sandboxLanguages, type SandboxLanguage, type SandboxResult } from '../ports/sandbox.js';
import { defineTool } from './tool.js';

const schema = z.strictObject({
  language: z.enum(sandboxLanguages),
  code: z.string().check(z.minLength(1), z.maxLength(200_000), z.describe('The whole program. What it prints is the result.')),
  timeout_seconds: z.optional(z.int().check(z.minimum(1), z.maximum(60), z.describe('Seconds of wall time, at most 60 (the default).'))),
});

const languageNames: Record<SandboxLanguage, string> = { python: 'Python', javascript: 'JavaScript' };

/** Runs a program in a container made for it. Asked for every single time: no grant and no auto-approval covers it. */
export const codeExecute = defineTool<z.infer<typeof schema>>({
  name: 'code_execute',
  description:
    'Runs a Python 3 or JavaScript (Node.js) program in a sandbox and returns what it prints. Each run starts empty: no network, no workspace files, ' +
    'no packages but the standard library, no input; 256 MB of memory, half a processor, at most 60 seconds. Only /tmp can be written. ' +
    'Output over 10,000 characters is cut in the middle. The person is asked before every run.',
  schema,
  effect: 'execute',
  risk: 'high',
  approval: 'each',
  title: ({ language, code }) => {
    const lines = code.trimEnd().split('\n').length;
    return `Run ${languageNames[language]} in the sandbox (${lines} ${lines === 1 ? 'line' : 'lines'})`;
  },
  subjects: ({ language, code }) => [{ kind: 'code', language, code }],
  run: async ({ language, code, timeout_seconds: timeoutSeconds }, { sandbox }, { signal, onOutput }) => {
    const result = await sandbox.run({ language, code, ...(timeoutSeconds !== undefined && { timeoutSeconds }) }, { signal, onOutput });
    const summary = `${endOf(result, timeoutSeconds ?? 60)}, ${(result.milliseconds / 1000).toFixed(1)} s`;
    const cut = result.cut > 0 ? `\n[${result.cut} characters of the output were left out of the middle]` : '';
    const text = `[${summary}]${cut}\n${result.output === '' ? '(no output)' : result.output}`;
    return { text, summary, isError: result.ended !== 'exited' || result.exitCode !== 0 };
  },
});

/** How it ended, for the model and the card. */
function endOf({ ended, exitCode, reason }: SandboxResult, seconds: number): string {
  switch (ended) {
    case 'exited':
      return `exit code ${exitCode ?? 'unknown'}`;
    case 'timeout':
      return `killed: ${seconds} s time limit`;
    case 'out-of-memory':
      return 'killed: 256 MB memory limit';
    case 'killed':
      return `killed: ${reason ?? 'it was ended from outside'}`;
  }
}
