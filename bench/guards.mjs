/**
 * What a decision costs. A shell command, parse included, next to a bare tree-sitter parse of the same text; calls of other
 * tools next to Cedar deciding the like with prepared policies; and how soon a command is refused that was written to be
 * slow to read. The whole policy engine decides, with the real guards, on a real folder.
 */
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { createRequire } from 'node:module';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import { cedarPolicies, cedarRequest } from './lib/cedar-peer.mjs';
import { claim, median } from './lib/claim.mjs';
import { loadSource } from './lib/load-source.mjs';

const rounds = 400;
const warmUp = 100;
const wasm = { 'web-tree-sitter.wasm': 'web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-bash.wasm': 'tree-sitter-bash/tree-sitter-bash.wasm' };
const locateWasm = (name) => createRequire(import.meta.url).resolve(wasm[name]);

const { createPathGuard } = await loadSource('src/policy/path/path-guard.ts');
const { createCommandGuard } = await loadSource('src/policy/command/command-guard.ts');
const { createSearchGuard } = await loadSource('src/policy/url/search-guard.ts');
const { createUrlGuard } = await loadSource('src/policy/url/url-guard.ts');
const { codeGuard } = await loadSource('src/policy/code-guard.ts');
const { createPolicy } = await loadSource('src/policy/engine.ts');
const { agentProfiles } = await loadSource('src/agent/profiles.ts');

const ordinary = ['git status', 'git diff --stat HEAD~1 -- src/a.ts', 'npm test -- --grep "adds two numbers"', 'cat src/a.ts', 'grep -rn "TODO" src', "git log --oneline -n 5 --format='%h %s' -- src/a.ts"];
const hostile = {
  'ten-thousand-plain': `cat ${'a'.repeat(9_990)}`,
  'eleven-thousand': `cat ${'a'.repeat(11_000)}`,
  'many-words': `cat ${'a '.repeat(4_990)}`,
  'many-quotes': `cat ${"'a' ".repeat(2_490)}`,
  'nested-substitutions': `cat ${'$('.repeat(4_900)}`,
  'closed-substitutions': `cat ${'$('.repeat(3_300)}x${')'.repeat(3_300)}`,
  'nested-quotes': `cat ${`"$(echo '`.repeat(1_000)}`,
  'nested-braces': `cat ${'{a,'.repeat(3_000)}`,
  'nested-arithmetic': `cat ${'$(('.repeat(3_000)}`,
  'open-heredocs': `cat ${'<<a '.repeat(2_400)}`,
  'pipes-without-end': `cat a ${'| cat '.repeat(1_600)}`,
  'backslashes': `cat ${'\\ '.repeat(4_990)}`,
};
const tools = {
  file_read: { name: 'file_read', effect: 'read', risk: 'low', approval: 'grantable', subjects: [{ kind: 'path', operation: 'read', path: 'src/a.ts' }] },
  file_write: { name: 'file_write', effect: 'write', risk: 'medium', approval: 'grantable', subjects: [{ kind: 'path', operation: 'write', path: 'src/deep/new.ts' }] },
  web_fetch: { name: 'web_fetch', effect: 'network', risk: 'medium', approval: 'grantable', subjects: [{ kind: 'url', method: 'GET', url: 'https://docs.python.org/3/library/os.html' }] },
  web_search: { name: 'web_search', effect: 'network', risk: 'low', approval: 'grantable', subjects: [{ kind: 'search', query: 'how to sort a list' }] },
  code_execute: { name: 'code_execute', effect: 'execute', risk: 'high', approval: 'each', subjects: [{ kind: 'code', language: 'python', code: 'print(1)' }] },
};
const shell = { name: 'shell_execute', effect: 'execute', risk: 'medium', approval: 'grantable' };

async function timed(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** Both in turn, so that a slow moment of the machine meets both. */
async function compare(ours, peer, times = rounds) {
  for (let n = 0; n < warmUp; n++) {
    await ours();
    await peer();
  }
  const measured = { ours: [], peer: [] };
  for (let n = 0; n < times; n++) {
    measured.ours.push(await timed(ours));
    measured.peer.push(await timed(peer));
  }
  return { ours: median(measured.ours), peer: median(measured.peer) };
}

const home = await realpath(await mkdtemp(path.join(os.tmpdir(), 'axon-bench-guards-')));
const folder = path.join(home, 'app');
try {
  await mkdir(path.join(folder, 'src', 'deep'), { recursive: true });
  await writeFile(path.join(folder, 'src', 'a.ts'), 'export const a = 1;\n');
  const own = ['storage', 'global-storage', 'extension'].map((name) => path.join(home, name));
  for (const each of own) await mkdir(each);
  const roots = { folders: () => [{ name: 'app', path: folder }], writable: () => [folder] };
  const paths = createPathGuard({ roots, keepOut: own });
  const command = createCommandGuard({ paths, locateWasm });
  const policy = createPolicy({ path: paths, command, url: createUrlGuard({ settings: () => ({}) }), search: createSearchGuard({ settings: () => ({ provider: 'duckduckgo', searxngUrl: '' }) }), code: codeGuard }, { autoApprove: () => [] });
  const decide = (tool, subjects) => policy.decide({ tool, subjects, agent: agentProfiles[0], trusted: true, tainted: false });

  await Parser.init({ locateFile: () => locateWasm('web-tree-sitter.wasm') });
  const parser = new Parser();
  parser.setLanguage(await Language.load(locateWasm('tree-sitter-bash.wasm')));
  const bareParse = (text) => parser.parse(text).delete();

  for (const text of ordinary) {
    const { decision } = await decide(shell, [{ kind: 'command', command: text }]);
    if (decision.verdict !== 'ask') throw new Error(`${text} should ask, and is decided ${decision.verdict} by ${decision.rule}.`);
  }
  const commands = await compare(
    async () => { for (const text of ordinary) await decide(shell, [{ kind: 'command', command: text }]); },
    () => { for (const text of ordinary) bareParse(text); },
  );
  claim({ name: 'decide-shell', ours: commands.ours / ordinary.length, unit: 'ms', peer: { name: 'tree-sitter-parse', value: commands.peer / ordinary.length }, aim: { ratio: 2 } });

  cedar.preparsePolicySet('bench', { staticPolicies: cedarPolicies });
  for (const [name, { subjects, ...tool }] of Object.entries(tools)) {
    const request = cedarRequest(tool, subjects[0]);
    const answer = cedar.statefulIsAuthorized(request);
    if (answer.type !== 'success') throw new Error(`Cedar can't decide ${name}: ${JSON.stringify(answer.errors)}`);
    const { ours, peer } = await compare(() => decide(tool, subjects), () => cedar.statefulIsAuthorized(request));
    claim({ name: `decide-${name.replace('_', '-')}`, ours, unit: 'ms', peer: { name: 'cedar-wasm', value: peer }, aim: { ratio: 0.5 } });
  }

  for (const [name, text] of Object.entries(hostile)) {
    const times = [];
    for (let n = 0; n < 15; n++) times.push(await timed(async () => {
      const { decision } = await decide(shell, [{ kind: 'command', command: text }]);
      if (decision.verdict !== 'deny') throw new Error(`${name} is not refused.`);
    }));
    claim({ name: `refuse-${name}`, ours: median(times), unit: 'ms', aim: { value: 5 } });
  }
} finally {
  await rm(home, { recursive: true, force: true });
}
