import type { GuideStep } from './guide-language.js';

/** Examples that can be sent as they are; a surface may offer them as buttons. */
export const guideExamples = ['list', 'read README.md 1-20', 'search TODO', 'write notes.txt: Buy milk', 'run git status', 'python: print(6 * 7)'] as const;

export const guideIntroduction = 'I am the built-in guide. I am **no language model**: I understand a few commands, and nothing leaves this machine for me.';

export const guideHelp = `${guideIntroduction} Axon asks you before a step, unless you allowed it; each goes through the guards and is recorded.

| write | to |
|---|---|
| \`list\` or \`list src\` | see what is in a folder |
| \`read README.md\` or \`read README.md 1-20\` | read a file, or some lines of it |
| \`search TODO\` or \`search "to do" in src\` | find a text in files |
| \`write notes.txt: Buy milk\` | write a file |
| \`replace "milk" with "bread" in notes.txt\` | change a text in a file |
| \`run git status\` | run a command from the list of known ones |
| \`python: print(6 * 7)\` | run Python in the sandbox |
| \`node: console.log(6 * 7)\` | run JavaScript in the sandbox |
| \`fetch https://example.com\` | read a web page |
| \`search the web for tree-sitter\` | search the web, once a provider is chosen |

Several steps go into one message, one a line; they are done in order, and the first that fails ends it. Longer text or code starts on the line below the colon: indented, or between two lines of three backticks.

To talk in your own words, choose a language model with the model picker.`;

export function notUnderstood(line: string, why: string | undefined): string {
  const examples = guideExamples.map((each) => `- \`${each}\``).join('\n');
  const shown = inlineCode(line.length > 120 ? `${line.slice(0, 119)}…` : line);
  return `I didn’t understand ${shown}${why === undefined ? '' : `: ${why}`}. Nothing was done.

${guideIntroduction} Try one of these, or \`help\`:

${examples}`;
}

export function missingTool(step: GuideStep): string {
  return `This agent can’t do ${inlineCode(step.label)}: it doesn’t have the tool \`${step.tool}\`. Choose another agent, for example Assistant. Nothing more was done.`;
}

/** Nothing for a single step: its card says it all. */
export function announcement(step: GuideStep, number: number, of: number): string {
  return of === 1 ? '' : `Step ${number} of ${of}: ${inlineCode(step.label)}\n`;
}

export interface StepResult {
  readonly step: GuideStep;
  readonly text: string;
  readonly isError: boolean;
}

/** What was done and what wasn't, in plain words. What each step gave is in its card, above. */
export function summary(results: readonly StepResult[], steps: readonly GuideStep[]): string {
  const done = results.filter((each) => !each.isError).length;
  if (steps.length === 1) return done === 1 ? 'Done.' : 'Not done; the step above says why.';
  const left = steps.slice(results.length);
  const head = done === steps.length ? `Done: all ${steps.length} steps.` : `Done: ${done} of ${steps.length} steps.`;
  const parts = results.map((each) => `- ${each.isError ? '✗ not done' : '✓ done'}: ${inlineCode(each.step.label)}`);
  const rest = left.length === 0 ? [] : [`Not begun, because the step before was not done: ${left.map((each) => inlineCode(each.label)).join(', ')}.`];
  return [head, parts.join('\n'), ...rest].join('\n\n');
}

function inlineCode(text: string): string {
  const ticks = '`'.repeat(longestRun(text) + 1);
  return ticks.length === 1 ? `\`${text}\`` : `${ticks} ${text} ${ticks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), (match) => match[0].length));
}
