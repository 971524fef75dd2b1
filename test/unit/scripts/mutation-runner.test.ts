import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InProcessRunner } from '../../../scripts/lib/mutation/runner.mjs';
import * as small from '../../../scripts/lib/mutation/small-vitest.mjs';

/** What Stryker writes into the code: it counts who runs a place, and asks whether the mistake is made there. */
const helpers = `
const ns = (globalThis.__stryker__ ??= {});
const covers = (id) => { const to = ns.mutantCoverage; if (!to) return; const by = ns.currentTestId; (by === undefined ? to.static : (to.perTest[by] ??= {}))[id] = 1; };
const made = (id) => { if (ns.activeMutant !== id) { covers(id); return false; } if (ns.hitCount !== undefined && ++ns.hitCount > ns.hitLimit) throw new Error('too often'); return true; };
const outer = { name: '', hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] } };
const test = (id, run, group = outer) => ({ id, run, group, timeout: 300 });
`;
const bundle = `${helpers}
const limit = made('0') ? 2 : 1;
let sum = 0;
const inner = { name: 'inner', outer, hooks: { beforeAll: [() => { sum += 1; }], beforeEach: [() => { sum += 10; }], afterEach: [], afterAll: [() => { globalThis.putAway = (globalThis.putAway ?? 0) + 1; }] } };
const same = (a, b) => { if (a !== b) throw new Error(a + ' is not ' + b); };
exports.tests = [
  test('adds', () => same(made('1') ? 3 : 2, 2)),
  test('is inside', () => same(sum % 10, 1), inner),
  test('is inside again', () => same(made('2') ? 0 : sum % 10, 1), inner),
  test('limits', () => same(limit, 1)),
  test('waits', () => (made('3') ? new Promise(() => undefined) : undefined)),
  test('repeats', () => { for (let at = 0; made('4') ? true : at < 1; at++); }),
];`;

/** Works something out when it is first asked, and keeps it. */
const keeping = `${helpers}
let kept;
const ask = () => (kept ??= { value: made('5') ? 2 : 1 }).value;
exports.tests = [test('asks', () => ask()), test('asks again', () => { if (ask() !== 1) throw new Error('wrong'); })];`;

describe('the runner of mutation testing', () => {
  let folder = '';
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message) };
  let runner = new InProcessRunner(logger);
  const mutant = (id: string, more: object = {}) => runner.mutantRun({ activeMutant: { id }, mutantActivation: 'runtime', ...more });

  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'axon-mutation-'));
    writeFileSync(path.join(folder, 'bundle.cjs'), bundle);
    runner = new InProcessRunner(logger, path.join(folder, 'bundle.cjs'));
    await runner.init();
  });
  afterEach(async () => {
    await runner.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('tells which test runs what, and what is run while loading', async () => {
    const { status, tests, mutantCoverage } = await runner.dryRun();
    expect([status, tests.map(({ name, status: result }) => `${name} ${result}`)]).toEqual(['complete', ['adds 0', 'is inside 0', 'is inside again 0', 'limits 0', 'waits 0', 'repeats 0']]);
    expect(mutantCoverage).toEqual({ static: { 0: 1 }, perTest: { adds: { 1: 1 }, 'is inside again': { 2: 1 }, waits: { 3: 1 }, repeats: { 4: 1 } } });
  });

  it('tells all tests that run what is kept once it is worked out', async () => {
    writeFileSync(path.join(folder, 'bundle.cjs'), keeping);
    expect((await runner.dryRun()).mutantCoverage).toEqual({ static: {}, perTest: { asks: { 5: 1 }, 'asks again': { 5: 1 } } });
    expect(await mutant('5', { testFilter: ['asks', 'asks again'] })).toMatchObject({ status: 'killed', killedBy: ['asks again'] });
  });

  it('leaves out a test that fails without any mistake, and says so', async () => {
    writeFileSync(path.join(folder, 'bundle.cjs'), `${helpers} exports.tests = [test('late', () => { made('6'); throw new Error('too slow'); }), test('fine', () => made('6'))];`);
    expect((await runner.dryRun()).tests).toMatchObject([{ name: 'late', status: 2 }, { name: 'fine', status: 0 }]);
    expect(warnings).toEqual(['Left out, since it fails without a mistake: late: too slow']);
    expect(await mutant('6')).toMatchObject({ status: 'survived', nrOfTests: 1 });
  });

  it('stops at the first test that notices, among those asked for', async () => {
    expect(await mutant('1')).toMatchObject({ status: 'killed', killedBy: ['adds'], failureMessage: '3 is not 2', nrOfTests: 1 });
    expect(await mutant('1', { testFilter: ['limits', 'waits'] })).toMatchObject({ status: 'survived', nrOfTests: 2 });
    expect(await mutant('7', { testFilter: ['adds', 'limits'] })).toMatchObject({ status: 'survived', nrOfTests: 2 });
  });

  it('prepares what a group prepares, also where only some of its tests run', async () => {
    expect(await mutant('2', { testFilter: ['is inside again', 'is inside'] })).toMatchObject({ status: 'killed', killedBy: ['is inside again'], nrOfTests: 2 });
  });

  it('makes a mistake of what is loaded before loading', async () => {
    expect(await mutant('0', { mutantActivation: 'static' })).toMatchObject({ status: 'killed', killedBy: ['limits'] });
  });

  it('makes no mistake while loading what was loaded well', async () => {
    expect(await mutant('0')).toMatchObject({ status: 'survived' });
  });

  it('ends a test that waits for ever, and tells of a loop without end', async () => {
    expect(await mutant('3')).toMatchObject({ status: 'killed', killedBy: ['waits'] });
    expect(await mutant('4', { hitLimit: 50 })).toMatchObject({ status: 'timeout' });
  });

  it('takes a bundle that cannot be loaded for noticed', async () => {
    writeFileSync(path.join(folder, 'bundle.cjs'), 'throw new Error("broken");');
    expect(await mutant('1')).toMatchObject({ status: 'killed', failureMessage: 'broken' });
  });
});

describe('the small part of vitest', () => {
  it('collects tests with their groups, one for each row, and none twice under one name', () => {
    const ran: unknown[] = [];
    small.describe('group', () => {
      small.beforeEach(() => ran.push('before'));
      small.it.each([[1, 2], [3, 4]])('adds %d', (a: number, b: number) => ran.push(a + b));
      small.it.skipIf(true)('is left out', () => undefined);
      small.it('waits', { timeout: 5 }, () => undefined);
      small.it('waits', () => undefined);
    });
    expect(small.tests.map(({ id, timeout, group }) => [id, timeout, group.hooks.beforeEach.length])).toEqual([
      ['group > adds %d #0', 5_000, 1],
      ['group > adds %d #1', 5_000, 1],
      ['group > waits', 5, 1],
      ['group > waits (2)', 5_000, 1],
    ]);
    for (const { run } of small.tests.slice(0, 2)) run();
    expect(ran).toEqual([3, 7]);
  });
});
