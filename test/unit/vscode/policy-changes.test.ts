import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/audit/event.js';
import { AxonError } from '../../../src/errors.js';
import type { PolicyRule } from '../../../src/policy/rules/rule.js';
import { PolicyChanges, securitySettings, type Memory } from '../../../src/vscode/policy-changes.js';
import { seenBroken, seenReady } from '../../../src/vscode/policy-diff.js';

/** Forgets nothing but what isn't JSON, as the editor's does. */
function memory(): Memory {
  const kept = new Map<string, string>();
  return {
    get: (key) => (kept.has(key) ? JSON.parse(kept.get(key) ?? '') as unknown : undefined),
    update: async (key, value) => void kept.set(key, JSON.stringify(value)),
  };
}

const app = { path: '/ws/app', name: 'app' };
const rule = (id: string, more: Partial<PolicyRule> = {}): PolicyRule => ({ id, verdict: 'deny', reason: 'No.', ...more });

let recorded: AuditEvent[];
let failures: unknown[];
let auditBroken: boolean;
let values: Record<string, unknown>;
let memories: { workspaceMemory: Memory; userMemory: Memory };

beforeEach(() => {
  recorded = [];
  failures = [];
  auditBroken = false;
  values = { 'axon.autoApprove': [], 'axon.web.allowHosts': [] };
  memories = { workspaceMemory: memory(), userMemory: memory() };
});

/** A window that starts with what earlier ones remembered. */
const start = (): PolicyChanges =>
  new PolicyChanges({
    ...memories,
    audit: {
      append: async (event) => {
        if (auditBroken) throw new AxonError('audit-unavailable', 'The disk is full.');
        recorded.push(event);
      },
    },
    settings: ['axon.autoApprove', 'axon.web.allowHosts'].map((name) => ({ name, fallback: [], read: () => values[name] })),
    onFailed: (error) => failures.push(error),
  });
const settled = (): Promise<unknown> => new Promise((resolve) => void setTimeout(resolve, 5));
const details = (event: AuditEvent | undefined): unknown => JSON.parse(event?.arguments ?? 'null');

describe('rules of a workspace', () => {
  it('[P14] are recorded when they are first seen, changed, broken and removed, each with its hashes', async () => {
    const changes = start();
    const [one, two] = [seenReady([rule('a'), rule('b')]), seenReady([rule('b'), rule('c')])];
    for (const seen of [undefined, one, one, two, seenBroken('{', two), undefined]) changes.seeRules(app, seen);
    await settled();
    expect(recorded.map(({ type, reason }) => `${type}: ${reason}`)).toEqual([
      'policy_changed: The rules of the workspace folder app: 2 added (a, b).',
      'policy_changed: The rules of the workspace folder app: 1 added (c), 1 removed (a). This can loosen what was asked or refused.',
      'policy_changed: The rules of the workspace folder app: broken, so everything is refused.',
      'policy_changed: The rules of the workspace folder app: gone. This can loosen what was asked or refused.',
    ]);
    expect(details(recorded[1])).toEqual({ what: 'workspace-rules', folder: '/ws/app', before: one.hash, after: two.hash, state: 'ready', added: ['c'], removed: ['a'], changed: [], loosens: true });
  });

  it('are handed to the log at once, so that no decision by them comes before', () => {
    start().seeRules(app, seenReady([rule('a')]));
    expect(recorded).toHaveLength(1);
  });

  it('[P14] that changed while no window was open are recorded at the next start, once', async () => {
    start().seeRules(app, seenReady([rule('a')]));
    await settled();
    const later = start();
    expect(later.seeRules(app, seenReady([rule('a')]))).toBeUndefined();
    expect(later.seeRules(app, undefined)).toMatchObject({ removed: ['a'], loosens: true });
    await settled();
    expect(start().seeRules(app, undefined)).toBeUndefined();
    expect(recorded).toHaveLength(2);
  });

  it('are remembered only when they are recorded', async () => {
    auditBroken = true;
    start().seeRules(app, seenReady([rule('a')]));
    await settled();
    expect(failures).toHaveLength(1);
    auditBroken = false;
    start().seeRules(app, seenReady([rule('a')]));
    expect(recorded).toHaveLength(1);
  });

  it('[P14] that could not be recorded are not remembered along with one that was, and are found again', async () => {
    const changes = start();
    auditBroken = true;
    changes.seeRules(app, seenReady([rule('a')]));
    await settled();
    auditBroken = false;
    changes.seeRules({ path: '/ws/other', name: 'other' }, seenReady([rule('b')]));
    await settled();
    expect(changes.rulesOf(app.path)).toBeUndefined();
    changes.seeRules(app, seenReady([rule('c')]));
    expect(details(recorded.at(-1))).toMatchObject({ folder: app.path, added: ['c'] });
    expect(details(recorded.at(-1))).not.toHaveProperty('before');
    recorded = [];
    const later = start();
    later.seeRules({ path: '/ws/other', name: 'other' }, seenReady([rule('b')]));
    expect(recorded).toEqual([]);
  });

  it('are new when what was remembered is nothing of ours', () => {
    void memories.workspaceMemory.update('axon.policy.seenRules', { '/ws/app': 'nonsense' });
    start().seeRules(app, seenReady([rule('a')]));
    expect(recorded).toHaveLength(1);
  });
});

describe('settings', () => {
  it('[P14] whose change could not be recorded are recorded at the next look', async () => {
    const changes = start();
    auditBroken = true;
    values['axon.autoApprove'] = ['file_read'];
    changes.seeSettings();
    await settled();
    auditBroken = false;
    values['axon.web.allowHosts'] = ['a.example'];
    changes.seeSettings();
    await settled();
    expect(recorded.map(({ reason }) => reason)).toEqual(['axon.autoApprove: [] → ["file_read"]', 'axon.web.allowHosts: [] → ["a.example"]']);
    expect(failures).toHaveLength(1);
  });

  it('[P14] are recorded with old and new in short, and not while they are what was seen', async () => {
    const changes = start();
    changes.seeSettings();
    values['axon.autoApprove'] = ['file_read'];
    changes.seeSettings();
    changes.seeSettings();
    values['axon.autoApprove'] = [];
    changes.seeSettings();
    await settled();
    expect(recorded.map((each) => each.reason)).toEqual(['axon.autoApprove: [] → ["file_read"]', 'axon.autoApprove: ["file_read"] → []']);
    expect(details(recorded[0])).toMatchObject({ what: 'setting', setting: 'axon.autoApprove', from: '[]', to: '["file_read"]' });
  });

  it('[P14] changed before the first start, or while no window was open, are recorded', async () => {
    values['axon.web.allowHosts'] = ['*.example.com'];
    start().seeSettings();
    await settled();
    values['axon.web.allowHosts'] = undefined;
    start().seeSettings();
    await settled();
    start().seeSettings();
    expect(recorded.map((each) => each.reason)).toEqual(['axon.web.allowHosts: [] → ["*.example.com"]', 'axon.web.allowHosts: ["*.example.com"] → none']);
  });

  it('of any length are told apart, and kept short', () => {
    const hosts = Array.from({ length: 1_000 }, (_, n) => `h${n}.example.com`);
    const changes = start();
    values['axon.web.allowHosts'] = hosts;
    changes.seeSettings();
    values['axon.web.allowHosts'] = [...hosts.slice(0, -1), 'other.example.com'];
    changes.seeSettings();
    expect(recorded).toHaveLength(2);
    expect(recorded[1]?.arguments?.length).toBeLessThan(1_500);
  });

  it('that we write are recorded before, and not once more when they count', async () => {
    const changes = start();
    await changes.announceSetting('axon.autoApprove', ['file_read']);
    expect(recorded).toHaveLength(1);
    values['axon.autoApprove'] = ['file_read'];
    changes.seeSettings();
    expect(recorded).toHaveLength(1);
  });

  it('that were announced and not written are recorded as gone back', async () => {
    const changes = start();
    await changes.announceSetting('axon.autoApprove', ['file_read']);
    changes.seeSettings();
    expect(recorded.map((each) => each.reason)).toEqual(['axon.autoApprove: [] → ["file_read"]', 'axon.autoApprove: ["file_read"] → []']);
  });

  it('[P5] are not to be written when that can not be recorded', async () => {
    auditBroken = true;
    await expect(start().announceSetting('axon.autoApprove', ['file_read'])).rejects.toMatchObject({ code: 'audit-unavailable' });
  });
});

it('every setting that decides what may happen is watched, and no other', () => {
  const names = ['axon.autoApprove', 'axon.policy.rules', 'axon.web.allowHosts', 'axon.commands.allowed', 'axon.sandbox.image', 'axon.approval.timeoutMinutes', 'axon.search.provider', 'axon.model', 'axon.agent.turnLimit'];
  const found = securitySettings(Object.fromEntries(names.map((name) => [name, { default: name }])));
  expect(found.map((each) => each.name)).toEqual(names.slice(0, -2));
  expect(found[0]?.fallback).toBe('axon.autoApprove');
});
