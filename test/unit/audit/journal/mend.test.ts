import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closedFile } from '../../../../src/audit/journal/journal-name.js';
import { closeDeadJournals, type MendOptions } from '../../../../src/audit/journal/mend.js';
import { noAnchor } from '../../../../src/audit/storage/anchor-state.js';
import { layoutOf } from '../../../../src/audit/storage/layout.js';
import { deadJournal, event, key, LogFolder } from '../../../fixtures/audit/open-log.js';

let logs: LogFolder;
beforeEach(() => {
  logs = new LogFolder();
});
afterEach(() => logs.dispose());

test('[P5] who dies while mending the journal of a dead window leaves it to be found again', async () => {
  const dead = deadJournal([event(1), event(2)]);
  const file = logs.path('journals', dead.file);
  mkdirSync(logs.path('journals'), { recursive: true });
  writeFileSync(file, `${dead.lines.join('\n')}\n`);
  appendFileSync(file, '{"agent":"unfin');
  const dies: MendOptions = {
    layout: layoutOf(logs.path()),
    key,
    lock: { isHeld: async () => false, release: async () => undefined },
    own: { isAbandoned: () => false },
    remembered: async () => noAnchor,
    now: Date.now(),
    onProblem: () => undefined,
  };
  await expect(closeDeadJournals(dies)).rejects.toThrow('the lock was lost');
  expect(readdirSync(logs.path('journals'))).toEqual([dead.file]);
  const log = await logs.open();
  expect(readdirSync(logs.path('journals'))).toEqual([closedFile(dead.name)]);
  expect(await log.verify()).toMatchObject({ verdict: 'whole-as-far-as-known', findings: [], events: 2, tornKept: 1 });
});
