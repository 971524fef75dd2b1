import { expect, it } from 'vitest';
import { createRuleChecker } from '../../../../src/policy/rules/rule-checker.js';
import type { TouchedPath } from '../../../../src/policy/touches.js';
import { testGuard } from '../command/command-fakes.js';

const { parse } = testGuard();
const checker = createRuleChecker({ parse, tools: ['file_read'] });

/** A listing asks every rule about every entry, and the rules can be a stranger's. */
it('five hundred rules are asked about thousands of files in a second or two', async () => {
  const folder = '/home/Someone/Work';
  const rules = Array.from({ length: 500 }, (_, at) => ({ id: `r${at}`, verdict: 'deny', reason: 'r', match: { paths: [at % 2 === 0 ? `infra${at}/**` : `part${at}/*/x*.tf`] } }));
  const layer = await checker.file(JSON.stringify({ version: 1, rules }), 's', folder);
  if (layer.state === 'broken') throw new Error(layer.problems[0]?.message);
  const touched = (name: string): TouchedPath => {
    const names = [{ folder, given: folder, name }];
    return { resolved: `${folder}/${name}`, relative: name, names: { real: names, written: names }, operation: 'list', walks: false };
  };
  const started = performance.now();
  let covered = 0;
  for (let at = 0; at < 2_000; at++) {
    const path = touched(at === 7 ? 'infra498/x' : `src/folder${at % 40}/File${at}.ts`);
    if (layer.rules.some(({ covers }) => covers.path(path, ['file_list']))) covered++;
  }
  expect(covered).toBe(1);
  // Half a second on a machine that is not busy; forty when each rule takes each name apart by itself.
  expect(performance.now() - started).toBeLessThan(15_000);
});
