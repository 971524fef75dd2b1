import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { imageName, never, openSandbox, type OpenSandbox } from './lib/open-sandbox.js';
import { containerSpec } from '../../src/sandbox/container-spec.js';
import { currentOwner, ownerText } from '../../src/sandbox/owner.js';

describe('a container that is made ahead, on a real engine', () => {
  let box: OpenSandbox;
  beforeAll(async () => { box = await openSandbox(); });
  afterEach(async () => { expect(await box.containers()).toEqual([]); });
  afterAll(async () => { await box.close(); });

  const ready = async (count: number): Promise<void> => {
    for (let wait = 0; wait < 200 && (await box.containers()).length < count; wait += 1) await sleep(50);
    expect(await box.containers()).toHaveLength(count);
  };

  it('[P9] runs one program and no other: the next finds nothing of it', async () => {
    box.sandbox.prepare('python');
    await ready(1);
    const [waiting] = await box.containers();
    expect((await box.python('open("/tmp/left", "w").write("x"); print(1)')).output).toBe('1\n');
    expect(await box.containers()).not.toContain(waiting);
    box.sandbox.prepare('python');
    await ready(1);
    expect((await box.python('import os; print(sorted(os.listdir("/tmp")))')).output).toBe("['.matplotlib', 'main.py', 'work']\n");
  });

  it('is there for JavaScript too, and each language has its own', async () => {
    box.sandbox.prepare('python');
    box.sandbox.prepare('javascript');
    await ready(2);
    expect((await box.sandbox.run({ language: 'javascript', code: 'console.log(2)' }, { signal: never })).output).toBe('2\n');
    expect((await box.python('print(1)')).output).toBe('1\n');
  });

  it('[P9] is held to the same time, memory and processes as any other', async () => {
    box.sandbox.prepare('python');
    await ready(1);
    expect(await box.python('import time; time.sleep(30)', 1)).toMatchObject({ ended: 'timeout' });
    box.sandbox.prepare('python');
    await ready(1);
    expect(await box.python('x = bytearray(400 * 1024 * 1024)')).toMatchObject({ ended: 'out-of-memory' });
  });

  it('[P9] goes when its window closes, and when it is cancelled', async () => {
    const other = box.another();
    other.prepare('python');
    await ready(1);
    await other.dispose();
    expect(await box.containers()).toEqual([]);
    box.sandbox.prepare('python');
    const stop = new AbortController();
    const running = box.sandbox.run({ language: 'python', code: 'import time; time.sleep(30)' }, { signal: stop.signal });
    await sleep(50);
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('[P9] ends when whoever made it is gone, and runs nothing', async () => {
    const name = 'axon-sandbox-test-forsaken';
    await box.engine.create(name, containerSpec(imageName, 'python', ownerText(await currentOwner())));
    try {
      const stream = await box.engine.attach(name);
      await box.engine.start(name);
      stream.destroy();
      expect(await box.engine.wait(name, AbortSignal.timeout(20_000))).toBe(125);
    } finally {
      await box.engine.remove(name);
    }
  });

  it('that died is not used: the program runs in another', async () => {
    box.sandbox.prepare('python');
    await ready(1);
    for (const name of await box.containers()) await box.engine.remove(name);
    await sleep(300);
    expect((await box.python('print("all the same")')).output).toBe('all the same\n');
  });
});
