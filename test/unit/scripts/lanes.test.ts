import { expect, it } from 'vitest';
import { runInLanes } from '../../../scripts/lib/lanes.mjs';

/** Notes when each layer begins and ends; `let` tells when each may end. */
function watched() {
  const seen: string[] = [];
  const gates = new Map<string, () => void>();
  const run = async ({ name }: { name: string }) => {
    seen.push(`${name} begins`);
    await new Promise<void>((resolve) => gates.set(name, resolve));
    seen.push(`${name} ends`);
  };
  const end = async (name: string) => {
    gates.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { seen, run, end };
}

it('runs the layers of a lane one after another, and the lanes side by side', async () => {
  const { seen, run, end } = watched();
  const all = runInLanes([{ name: 'lint', lane: 'cores' }, { name: 'page', lane: 'screen' }, { name: 'unit', lane: 'cores' }], run);
  await end('nothing yet');
  expect(seen).toEqual(['lint begins', 'page begins']);
  await end('lint');
  expect(seen).toEqual(['lint begins', 'page begins', 'lint ends', 'unit begins']);
  await end('unit');
  await end('page');
  await all;
});

it('begins a layer only when those are over that it names, and does not wait for one that is not asked for', async () => {
  const { seen, run, end } = watched();
  const all = runInLanes([{ name: 'package', lane: 'screen' }, { name: 'unit', lane: 'cores', after: ['package', 'docker'] }], run);
  await end('nothing yet');
  expect(seen).toEqual(['package begins']);
  await end('package');
  expect(seen).toEqual(['package begins', 'package ends', 'unit begins']);
  await end('unit');
  await all;
});
