import * as z from 'zod/mini';
import { AxonError } from '../errors.js';
import { isPlainName } from '../policy/path/plain-name.js';
import type { ResultFile, Results } from '../ports/results.js';
import { mostInputBytes, sandboxLanguages, type SandboxFile, type SandboxLanguage, type SandboxResult } from '../ports/sandbox.js';
import { count } from './file-output.js';
import { defineTool, type KeptResults } from './tool.js';

const mostFiles = 20;

const schema = z.strictObject({
  language: z.enum(sandboxLanguages),
  code: z.string().check(z.minLength(1), z.maxLength(200_000), z.describe('The whole program. What it prints is the result.')),
  files: z.optional(z.array(z.string().check(z.minLength(1), z.maxLength(4096))).check(z.maxLength(mostFiles), z.describe('Workspace files to copy into the folder the program starts in, under their paths relative to the workspace folder, for example data/sales.csv.'))),
  timeout_seconds: z.optional(z.int().check(z.minimum(1), z.maximum(60), z.describe('Seconds of wall time, at most 60 (the default).'))),
});

const languageNames: Record<SandboxLanguage, string> = { python: 'Python', javascript: 'JavaScript' };

/** Runs a program in a container made for it. Asked for every single time: no grant and no auto-approval covers it. */
export const codeExecute = defineTool<z.infer<typeof schema>>({
  name: 'code_execute',
  description:
    'Runs a Python 3 or JavaScript (Node.js) program in a sandbox and returns what it prints. Python has numpy, pandas, scipy, sympy and matplotlib. Each run starts ' +
    'empty: no network, no input, no workspace files but those named in files; 256 MB of memory, half a processor, at most 60 seconds. ' +
    'Files written to ./results come back and are shown to the person: pictures (PNG, SVG), tables (CSV) and texts; figures that matplotlib shows become pictures by themselves. ' +
    'result_save puts one into the workspace. Output over 10,000 characters is cut in the middle. The person is asked before every run.',
  schema,
  effect: 'execute',
  risk: 'high',
  approval: 'each',
  title: ({ language, code, files = [] }) => {
    const lines = count(code.trimEnd().split('\n').length, 'line');
    return `Run ${languageNames[language]} in the sandbox (${lines}${files.length > 0 ? `, ${count(files.length, 'file')}` : ''})`;
  },
  subjects: ({ language, code, files = [] }) => [{ kind: 'code', language, code }, ...files.map((path) => ({ kind: 'path', operation: 'read', path }) as const)],
  preview: async ({ files: paths = [] }, { files }) => {
    const read: SandboxFile[] = [];
    let left = mostInputBytes;
    for (const path of paths) {
      const { path: name, bytes } = await files.readBytes(path);
      if (!isPlainName(name)) throw new AxonError('invalid-arguments', `A program can't be given a file named ${JSON.stringify(name)}.`, 'Rename or copy it: names mean the same on every system here.');
      left -= bytes.byteLength;
      if (left < 0) throw new AxonError('too-large', `The files for the program are larger than ${mostInputBytes / 1024 / 1024} MB together.`, 'Give it fewer, or a part of them.');
      if (read.some((each) => each.name === name)) throw new AxonError('invalid-arguments', `Two of the files would be ${name} for the program.`, 'Name each file once; files of the same name in two folders of the workspace take two runs.');
      read.push({ name, bytes });
    }
    return { kind: 'inputs', files: read };
  },
  run: async ({ language, code, timeout_seconds: timeoutSeconds }, { sandbox, results }, { sessionId, signal, onOutput, preview }) => {
    const files = preview?.kind === 'inputs' ? preview.files : [];
    const result = await sandbox.run({ language, code, ...(files.length > 0 && { files }), ...(timeoutSeconds !== undefined && { timeoutSeconds }) }, { signal, onOutput });
    const summary = summaryOf(result, timeoutSeconds ?? 60);
    const cut = result.cut > 0 ? `\n[${result.cut} characters of the output were left out of the middle]` : '';
    const { kept, problem } = await keepResults(results, sessionId, result);
    const told = kept ? `\n${listOf(kept)}\nWhat it printed:` : problem;
    // The output stands last: nothing that a program prints can pass for what is said about it.
    const text = `[${summary}]${told}${cut}\n${result.output === '' ? '(no output)' : result.output}`;
    return { text, summary, isError: result.ended !== 'exited' || result.exitCode !== 0, ...(kept && { results: kept }) };
  },
});

/** A full disk takes the results; what the program printed, and how it ended, is told all the same. */
async function keepResults(results: Results, session: string, { files, leftOut }: SandboxResult): Promise<{ readonly kept?: KeptResults; readonly problem: string }> {
  if (files.length + leftOut.length === 0) return { problem: '' };
  try {
    return { kept: { ...(await results.keep(session, files)), leftOut }, problem: '' };
  } catch (error) {
    if (!(error instanceof AxonError)) throw error;
    return { problem: `\n[${error.message} ${error.next}]\nWhat it printed:` };
  }
}

function summaryOf(result: SandboxResult, seconds: number): string {
  const { milliseconds, peakMemory } = result;
  const memory = peakMemory === undefined ? '' : `, ${Math.max(1, Math.round(peakMemory / 1024 / 1024))} MB`;
  return `${endOf(result, seconds)}, ${(milliseconds / 1000).toFixed(1)} s${memory}`;
}

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

/** The results for the model: it is told of them, not shown them. */
function listOf({ run, files, leftOut }: KeptResults): string {
  const lines = files.map((file) => `- ${JSON.stringify(file.name)}: ${describe(file)}, SHA-256 ${file.sha256.slice(0, 16)}…`);
  const left = leftOut.map(({ name, reason }) => `- left out: ${JSON.stringify(name)} (${reason})`);
  return [`Results of run ${run}, shown to the person:`, ...lines, ...left].join('\n');
}

/** For example `PNG picture, 640 × 480 pixels, 12,345 bytes`. */
export function describe({ kind, media, width, height, bytes }: ResultFile): string {
  const what = { picture: media === 'image/png' ? 'PNG picture' : 'SVG picture', table: 'CSV table', text: 'text', other: 'file' }[kind];
  const size = width === undefined || height === undefined ? '' : `, ${width} × ${height} pixels`;
  return `${what}${size}, ${count(bytes, 'byte')}`;
}
