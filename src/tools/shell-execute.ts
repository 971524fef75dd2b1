import * as z from 'zod/mini';
import { AxonError } from '../errors.js';
import { selectOutput, type LineSelection } from './shell-output.js';
import { defineTool, type ToolResult } from './tool.js';

const lines = z.int().check(z.minimum(0), z.maximum(100_000));
const schema = z.strictObject({
  command: z.string().check(z.minLength(1), z.maxLength(10_000), z.describe('One plain command, for example: git diff --stat')),
  cwd: z.optional(z.string().check(z.minLength(1), z.maxLength(4096), z.describe('The folder to run in, relative to the workspace folder.'))),
  timeout_seconds: z.optional(z.int().check(z.minimum(1), z.maximum(600), z.describe('Default 60.'))),
  match: z.optional(z.string().check(z.minLength(1), z.maxLength(1000), z.describe('Keep only output lines that hold this text (not a pattern).'))),
  head: z.optional(lines.check(z.describe('Keep this many output lines from the start.'))),
  tail: z.optional(lines.check(z.describe('Keep this many output lines from the end.'))),
});

export const shellExecute = defineTool<z.infer<typeof schema>>({
  name: 'shell_execute',
  description:
    'Runs one listed program in the workspace and gives its output: reading and searching (ls, cat, head, tail, wc, stat, file, tree, find, sort, uniq, diff, grep, rg), ' +
    'git without anything that reaches a server, and builds and tests (npm test, npm run, pytest, cargo, go, make, tsc). There is no shell: ' +
    'no pipes, redirects, chaining, variables, globs or substitutions; quote text that holds such characters. Use match, head and tail in place of pipes. ' +
    'A refusal names the rule and what to do. Standard input is empty, and nothing keeps running after the command.',
  schema,
  effect: 'execute',
  risk: 'medium',
  approval: 'grantable',
  title: ({ command, cwd }) => `Run ${command}${cwd === undefined ? '' : ` in ${cwd}`}`,
  subjects: ({ command, cwd }) => [{ kind: 'command', command, ...(cwd !== undefined && { cwd }) }],
  async run({ command, cwd, timeout_seconds, ...selection }, { commands }, { signal, onOutput }): Promise<ToolResult> {
    let live = '';
    try {
      const result = await commands.run(command, {
        signal,
        onOutput: (chunk) => {
          live += chunk;
          onOutput(chunk);
        },
        ...(cwd !== undefined && { cwd }),
        ...(timeout_seconds !== undefined && { timeoutSeconds: timeout_seconds }),
      });
      const ended = result.exitCode === null ? `ended by ${result.signal ?? 'a signal'}` : `exit code ${result.exitCode}`;
      const head = `${ended}, ${(result.milliseconds / 1000).toFixed(1)} s`;
      return { ...report(head, result.output, selection, result.cut), summary: head };
    } catch (error) {
      if (!(error instanceof AxonError) || error.code !== 'timeout') throw error;
      return { ...report(`${error.message} ${error.next}`, live, selection, 0), isError: true, summary: 'killed at the time limit' };
    }
  },
});

function report(head: string, output: string, selection: LineSelection, cut: number): ToolResult {
  const selected = selectOutput(output, selection);
  const notes = [...(cut > 0 ? [`${cut.toLocaleString('en')} characters of the output were not kept`] : []), ...selected.notes];
  return { text: [`[${[head, ...notes].join('; ')}]`, selected.text === '' ? '[no output]' : selected.text].join('\n') };
}
