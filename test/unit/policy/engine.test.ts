import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentProfiles } from '../../../src/agent/profiles.js';
import { noRules } from '../../../src/policy/rules/rule-layer.js';
import { broken, makeRuledPolicy, type RuledPolicy, tools } from './ruled-policy.js';

const rule = (id: string, verdict: 'allow' | 'ask' | 'deny', more: object): object => ({ id, verdict, reason: 'It is ours.', ...more });

let policy: RuledPolicy;
beforeEach(() => {
  policy = makeRuledPolicy();
  for (const name of ['infra/main.tf', 'infra/deep/x.tf', 'src/a.ts', 'docs/a.md', 'package.json']) policy.put(name);
});
afterEach(() => policy.dispose());

describe('a rule that denies a folder', () => {
  beforeEach(() => policy.setWorkspace(rule('no-infra', 'deny', { match: { paths: ['infra/**'] }, next: 'Ask the platform team.' })));

  it('[P7] [P14] covers every name of it, and says why, what else, and whose rule it is', async () => {
    symlinkSync('infra', path.join(policy.folder, 'shortcut'));
    symlinkSync('../infra/main.tf', path.join(policy.folder, 'src/link.tf'));
    for (const name of ['infra', 'infra/', 'infra/main.tf', './infra/../infra/main.tf', 'infra//deep/./x.tf', 'Infra/main.tf', 'INFRA/new.tf', 'ｉnfra/x', 'inf\u00adra/x', 'shortcut/main.tf', 'shortcut', 'src/link.tf', 'src/../infra/main.tf', path.join(policy.folder, 'infra/main.tf')]) {
      expect(`${name}: ${await policy.verdict('file_read', name)}`).toBe(`${name}: deny workspace.no-infra`);
      expect(`${name}: ${await policy.verdict('file_write', name)}`).toBe(`${name}: deny workspace.no-infra`);
    }
    const { decision, layers } = await policy.decide('file_read', 'infra/main.tf');
    expect(decision).toMatchObject({ reason: '.axon/policy.json says: It is ours.', next: 'Ask the platform team.', risk: 'low' });
    expect(layers.map(({ layer, source }) => [layer, source])).toEqual([['built-in', undefined], ['workspace', '.axon/policy.json']]);
    expect(await policy.verdict('file_read', 'src/a.ts')).toBe('ask path.read');
    expect(await policy.verdict('file_read', 'infrared/a.ts')).toBe('ask path.read');
  });

  it('covers commands that name it, or walk into it', async () => {
    for (const command of ['cat infra/main.tf', 'cat src/../infra/main.tf', 'git diff -- infra', 'git diff', 'git diff HEAD~1', 'rg token', 'rg token infra', 'grep -r token .', 'ls infra', 'head -n 1 ./infra/main.tf']) {
      const { decision } = await policy.decide('shell_execute', command);
      expect(`${command}: ${decision.verdict} ${decision.rule}`).toBe(`${command}: deny workspace.no-infra`);
    }
    for (const command of ['cat src/a.ts', 'rg token src', 'grep -r token src docs', 'git diff -- src', 'git status']) {
      expect(`${command}: ${(await policy.decide('shell_execute', command)).decision.verdict}`).toBe(`${command}: ask`);
    }
  });
});

describe('rules', () => {
  it('say nothing, and cost nothing, where there are none', async () => {
    await policy.decide('file_read', 'src/a.ts');
    expect(policy.found).toBe(0);
  });

  it('that ask take away the session permission, and are told in the question', async () => {
    await policy.setUser(rule('careful', 'ask', { match: { command: ['npm test'] }, risk: 'high' }));
    const { decision } = await policy.decide('shell_execute', 'npm test -- --watch=false');
    expect(decision).toMatchObject({ verdict: 'ask', rule: 'command.runs-code-asks', risk: 'high' });
    expect(decision.grant).toBeUndefined();
    expect(decision.warnings).toContain('It is ours. (rule user.careful)');
    expect((await policy.decide('shell_execute', 'npm run lint')).decision.grant).toBeDefined();
  });

  it('raise a risk beyond what the agent may take', async () => {
    await policy.setWorkspace(rule('risky', 'ask', { tool: 'file_write', risk: 'critical' }));
    expect(await policy.verdict('file_write', 'src/a.ts')).toBe('deny agent.risk-too-high');
  });

  it('for writing leave reading alone, and the other way round', async () => {
    await policy.setUser(rule('no-write', 'deny', { match: { paths: ['infra/**'], access: 'write' } }), rule('no-read', 'deny', { match: { paths: ['docs/**'], access: 'read' } }));
    expect([await policy.verdict('file_read', 'infra/main.tf'), await policy.verdict('file_write', 'infra/main.tf')]).toEqual(['ask path.read', 'deny user.no-write']);
    expect([await policy.verdict('file_read', 'docs/a.md'), await policy.verdict('file_write', 'docs/a.md')]).toEqual(['deny user.no-read', 'ask path.write']);
  });

  it('cover hosts with any port, any spelling, and with www. more or less', async () => {
    await policy.setUser(rule('no-host', 'deny', { match: { hosts: ['bad.org', '*.worse.org', 'www.third.org'] } }));
    for (const url of ['https://bad.org/', 'http://BAD.org:8080/x', 'https://www.bad.org', 'https://bad.org./', 'https://a.b.worse.org', 'https://worse.org', 'https://third.org']) {
      expect(`${url}: ${await policy.verdict('web_fetch', url)}`).toBe(`${url}: deny user.no-host`);
    }
    for (const url of ['https://notbad.org', 'https://notworse.org', 'https://bad.org.example.net']) expect((await policy.decide('web_fetch', url)).decision.verdict).toBe('ask');
  });

  it('cover a search by the host of its provider', async () => {
    for (const host of ['html.duckduckgo.com', '*.duckduckgo.com']) {
      await policy.setUser(rule('no-host', 'deny', { match: { hosts: [host] } }));
      expect((await policy.decide('web_search', 'x')).decision).toMatchObject({ verdict: 'deny', rule: 'user.no-host' });
    }
    await policy.setUser(rule('no-host', 'deny', { match: { hosts: ['duckduckgo.org'] } }), rule('host', 'allow', { match: { hosts: ['html.duckduckgo.com'] } }));
    expect((await policy.decide('web_search', 'x')).decision.verdict).toBe('ask');
  });

  it('cover the tools of a server, and tools by name', async () => {
    await policy.setUser(rule('no-wiki', 'deny', { match: { mcpServers: ['Wiki'] } }), rule('no-code', 'deny', { tool: ['code_*'] }));
    expect(await policy.verdict('mcp_wiki_read', 'https://a.org')).toBe('deny user.no-wiki');
    expect(await policy.verdict('web_fetch', 'https://a.org')).toBe('ask url.ask-host');
    expect(await policy.verdict('code_execute', '1')).toBe('deny user.no-code');
  });

  it('of which the strictest wins, and of equals the first', async () => {
    await policy.setUser(rule('asks', 'ask', { tool: 'file_read' }), rule('denies', 'deny', { tool: 'file_*' }), rule('denies-too', 'deny', { tool: 'file_read' }));
    await policy.setWorkspace(rule('denies', 'deny', { tool: 'file_read' }));
    expect(await policy.verdict('file_read', 'src/a.ts')).toBe('deny user.denies');
  });

  it('[P14] that are broken refuse everything, and say where and what', async () => {
    policy.workspace = broken;
    for (const [tool, subject] of [['file_read', 'src/a.ts'], ['shell_execute', 'git status'], ['code_execute', '1'], ['web_fetch', 'https://a.org']] as const) {
      expect(await policy.verdict(tool, subject)).toBe('deny workspace.broken-rules');
    }
    expect((await policy.decide('file_read', 'src/a.ts')).decision.reason).toBe('The rules in .axon/policy.json can’t be used, so nothing is allowed: This is not JSON.');
    policy.workspace = noRules;
    policy.user = { state: 'broken', source: 'your settings', problems: [] };
    expect(await policy.verdict('file_read', 'src/a.ts')).toBe('deny user.broken-rules');
  });
});

describe('a rule of the user’s that allows', () => {
  const allowTest = rule('tests', 'allow', { match: { command: ['npm test', 'npm run *'] } });

  it('turns a question of the guards into an allowance', async () => {
    await policy.setUser(allowTest, rule('docs', 'allow', { match: { paths: ['docs/**'] } }), rule('python', 'allow', { match: { hosts: ['docs.python.org'] } }));
    const { decision, layers } = await policy.decide('shell_execute', 'npm test');
    expect(decision).toMatchObject({ verdict: 'allow', rule: 'user.tests', reason: 'It is ours.' });
    expect(layers.at(-1)).toMatchObject({ layer: 'allowance', source: 'your settings' });
    expect(await policy.verdict('shell_execute', 'npm run lint')).toBe('allow user.tests');
    expect(await policy.verdict('file_read', 'docs/a.md')).toBe('allow user.docs');
    expect(await policy.verdict('file_write', 'docs/new.md')).toBe('allow user.docs');
    expect(await policy.verdict('file_list', 'docs')).toBe('allow user.docs');
    expect(await policy.verdict('web_fetch', 'https://docs.python.org/3/')).toBe('allow user.python');
  });

  it('[P14] covers exactly its words, in a workspace folder itself', async () => {
    await policy.setUser(allowTest);
    for (const command of ['npm test -- x', 'npm run -s', 'npm run a b', 'npm run --if-present']) expect((await policy.decide('shell_execute', command)).decision.verdict).not.toBe('allow');
    expect(await policy.verdict('shell_execute', { kind: 'command', command: 'npm test', cwd: '.' })).toBe('allow user.tests');
    expect((await policy.decide('shell_execute', { kind: 'command', command: 'npm test', cwd: 'docs' })).decision.verdict).toBe('ask');
  });

  it('[P14] covers a path only where it is written and where it really is', async () => {
    await policy.setUser(rule('docs', 'allow', { match: { paths: ['docs/**'] } }));
    symlinkSync('../src', path.join(policy.folder, 'docs/src'));
    symlinkSync('docs', path.join(policy.folder, 'alias'));
    for (const name of ['docs/src/a.ts', 'alias/a.md', 'Docs/a.md', 'docs/../src/a.ts', 'docsx/a']) expect(`${name} ${(await policy.decide('file_read', name)).decision.verdict}`).toBe(`${name} ask`);
  });

  it('for paths or hosts allows no command and no other subject', async () => {
    await policy.setUser(rule('docs', 'allow', { match: { paths: ['docs/**'] } }), rule('hosts', 'allow', { match: { hosts: ['a.org'] } }));
    expect((await policy.decide('shell_execute', 'cat docs/a.md')).decision.verdict).toBe('ask');
    const both = [{ kind: 'path', operation: 'read', path: 'docs/a.md' }, { kind: 'url', method: 'GET', url: 'https://a.org' }] as const;
    expect((await policy.decide('file_read', 'docs/a.md', { subjects: both })).decision.verdict).toBe('ask');
    for (const url of ['http://a.org', 'https://a.org:8443', 'https://www.a.org', `https://a.org/${'x'.repeat(400)}`]) expect((await policy.decide('web_fetch', url)).decision.verdict).toBe('ask');
  });

  it('[P14] covers all that a call touches, or nothing', async () => {
    await policy.setUser(rule('docs', 'allow', { match: { paths: ['docs/**'] } }));
    const two = [{ kind: 'path', operation: 'read', path: 'docs/a.md' }, { kind: 'path', operation: 'read', path: 'src/a.ts' }] as const;
    expect((await policy.decide('file_read', 'docs/a.md', { subjects: two })).decision.verdict).toBe('ask');
  });

  it('that names a tool alone allows what is low risk', async () => {
    await policy.setUser(rule('files', 'allow', { tool: 'file_*' }), rule('shell', 'allow', { tool: 'shell_execute' }), rule('memory', 'allow', { tool: 'memory_save' }));
    expect(await policy.verdict('file_read', 'src/a.ts')).toBe('allow user.files');
    expect((await policy.decide('file_write', 'src/a.ts')).decision.verdict).toBe('ask');
    expect((await policy.decide('shell_execute', 'git status')).decision.verdict).toBe('ask');
    expect(await policy.verdict('memory_save', 'x', { subjects: [] })).toBe('allow user.memory');
  });

  it('[P2] [P14] beats no other layer, nothing that asks every time, and nothing while it is suspended', async () => {
    await policy.setUser(rule('all-files', 'allow', { match: { paths: ['**'] } }), rule('code', 'allow', { tool: 'code_execute' }), allowTest, rule('asks', 'ask', { match: { paths: ['src/**'] } }));
    await policy.setWorkspace(rule('no-infra', 'deny', { match: { paths: ['infra/**'] } }), rule('ask-docs', 'ask', { match: { paths: ['docs/**'] } }));
    expect(await policy.verdict('file_read', 'src/a.ts')).toBe('ask path.read');
    expect(await policy.verdict('file_read', 'infra/main.tf')).toBe('deny workspace.no-infra');
    expect((await policy.decide('file_read', 'docs/a.md')).decision.verdict).toBe('ask');
    expect(await policy.verdict('file_write', 'package.json')).toBe('ask path.config-as-code');
    expect(await policy.verdict('file_read', '../outside')).toMatch(/^deny path\./);
    expect(await policy.verdict('file_read', '.env')).toMatch(/^(?:ask|deny) path\.sensitive/);
    expect(await policy.verdict('code_execute', '1')).toBe('ask sandbox.always-ask');
    expect((await policy.decide('shell_execute', 'npm test', { tainted: true })).decision.verdict).toBe('ask');
    expect((await policy.decide('shell_execute', 'npm test', { trusted: false })).decision.verdict).toBe('deny');
    expect(await policy.verdict('file_read', 'README.md', { tainted: true })).toBe('allow user.all-files');
    expect((await policy.decide('file_read', 'README.md', { trusted: false })).decision.verdict).toBe('ask');
  });

  it('[P7] [P14] of a workspace counts for nothing, even if one got in', async () => {
    await policy.setUser(rule('all-files', 'allow', { match: { paths: ['**'] } }));
    policy.workspace = policy.user;
    policy.user = noRules;
    expect(await policy.verdict('file_read', 'src/a.ts')).toBe('ask path.read');
  });
});

describe('the engine', () => {
  it('lets agents that change nothing write no configuration, not even with an approval', async () => {
    const [assistant, ...readers] = agentProfiles;
    expect(await policy.verdict('file_write', 'package.json', { agent: assistant })).toBe('ask path.config-as-code');
    for (const agent of readers) {
      const { layers } = await policy.decide('file_write', 'package.json', { agent: { ...agent, tools: 'all', highestRisk: 'high' } });
      expect(layers[0]?.decision.rule).toBe('path.config-not-permitted');
    }
  });

  it('auto-approves nothing that a rule asks about', async () => {
    policy.autoApprove = ['file_read'];
    expect(await policy.verdict('file_read', 'src/a.ts')).toBe('allow user.auto-approve');
    await policy.setWorkspace(rule('careful', 'ask', { tool: 'file_read' }));
    expect((await policy.decide('file_read', 'src/a.ts')).decision.verdict).toBe('ask');
  });

  it('[P14] refuses when the rules, or what a call touches, can’t be told', async () => {
    const { createPolicy } = await import('../../../src/policy/engine.js');
    const asks = { decide: async () => ({ verdict: 'ask', risk: 'low', rule: 'x', reason: '' }) as const };
    const guards = { path: asks, command: asks, url: asks, search: asks, code: asks };
    const question = { tool: tools.file_read, subjects: [], agent: agentProfiles[0], trusted: true, tainted: false };
    const touches = async (): Promise<never> => Promise.reject(new Error('no'));
    const unread = createPolicy(guards, { autoApprove: () => [] }, { source: { user: () => Promise.reject(new Error('no')), workspace: async () => noRules }, touchesOf: touches });
    expect((await unread.decide(question)).decision.rule).toBe('user.broken-rules');
    await policy.setUser(rule('a', 'ask', { tool: 'web_fetch' }));
    const untold = createPolicy(guards, { autoApprove: () => [] }, { source: { user: async () => policy.user, workspace: async () => noRules }, touchesOf: touches });
    expect((await untold.decide(question)).decision).toMatchObject({ verdict: 'deny', rule: 'policy.touches-unknown' });
  });
});
