import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Container } from '../../src/sandbox/container.js';
import { containerSpec, type ContainerSpec } from '../../src/sandbox/container-spec.js';
import { currentOwner, ownerText } from '../../src/sandbox/owner.js';
import { testWalls } from '../../src/sandbox/self-test.js';
import { wallChecks } from '../../src/sandbox/wall-checks.js';
import { imageName, never, openSandbox, type OpenSandbox } from './lib/open-sandbox.js';

describe('the test of the walls, on a real engine', () => {
  let box: OpenSandbox;
  beforeAll(async () => { box = await openSandbox(); });
  afterEach(async () => { expect(await box.containers()).toEqual([]); });
  afterAll(async () => { await box.close(); });

  it('[P9] finds that every one holds', async () => {
    const results = await testWalls(box.sandbox, never, () => undefined);
    expect(results.filter((each) => each.heldBy === undefined)).toEqual([]);
    expect(results).toHaveLength(wallChecks.length);
  });

  it('finds what is open in a container that has few walls', async () => {
    const spec = containerSpec(imageName, 'python', ownerText(await currentOwner()));
    // Memory and processes stay bounded: those programs would take the machine with them.
    const open = { ...spec, User: '0:0', HostConfig: { ...spec.HostConfig, CapDrop: [], ReadonlyRootfs: false, NanoCpus: 0, SecurityOpt: ['seccomp=unconfined'], Tmpfs: { '/tmp': 'rw,exec,size=200m' }, Ulimits: [] } } as unknown as ContainerSpec;
    const sandbox = {
      run: async (job: Parameters<Container['run']>[0]) => {
        const name = `axon-sandbox-test-${randomBytes(4).toString('hex')}`;
        const container = await Container.start({ engine: box.engine, name, spec: open, onLeftover: () => undefined }, never);
        return container.run(job, never);
      },
    };
    const opened = ['write outside /tmp', 'change the kernel', 'become somebody else', 'look at what holds its time', 'run what it wrote', 'fill the disk'];
    // Who traces process 1 there stops it, and it never ends by itself.
    const checks = wallChecks.filter((each) => opened.includes(each.title)).map((each) => ({ ...each, timeoutSeconds: 4 }));
    const results = await testWalls(sandbox, never, () => undefined, checks);
    expect(results.filter((each) => each.heldBy === undefined).map((each) => each.title)).toEqual(opened);
  });
});
