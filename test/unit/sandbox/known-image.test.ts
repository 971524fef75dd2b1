import { beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../../src/sandbox/create-sandbox.js';
import { contextHash, contextLabel } from '../../../src/sandbox/image-context.js';
import type { ImagePins } from '../../../src/sandbox/known-image.js';
import { fakeEngine } from './fake-engine.js';
import { Readable } from 'node:stream';

const contextFolder = 'media/sandbox';
const { signal } = new AbortController();
const job = { language: 'python', code: '1' } as const;
const idOf = (digit: string): string => `sha256:${digit.repeat(64)}`;

describe('[P20] the sandbox image', () => {
  let labels: Record<string, string>;
  beforeAll(async () => { labels = { [contextLabel]: await contextHash(contextFolder) }; });

  function setup(imageName = 'i:1') {
    const kept = new Map<string, string>();
    const pins: ImagePins = { get: (place) => kept.get(place), set: async (place, id) => void kept.set(place, id) };
    const images: string[] = [];
    let id = idOf('1');
    const image = async () => ({ id, labels, architecture: 'amd64', bytes: 7, createdAt: 'then' });
    const engine = fakeEngine(() => labels, { image, build: async () => Readable.from(['{"stream":"ok"}\n']), create: async (_name, { Image }) => void images.push(Image) });
    const sandbox = createSandbox({ connect: async () => engine, imageName, contextFolder, pins });
    return { sandbox, kept, images, replace: (digit: string) => (id = idOf(digit)) };
  }

  it('runs nothing before it was accepted, and asks again when it is another one', async () => {
    const { sandbox, images, replace } = setup();
    await expect(sandbox.run(job, { signal })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('Nobody accepted the image') as string });
    expect(await sandbox.status()).toMatchObject({ state: 'image-unknown', digest: idOf('1'), acceptedBefore: false, bytes: 7 });
    await sandbox.acceptImage(idOf('1'));
    await sandbox.run(job, { signal });
    replace('2');
    await expect(sandbox.run(job, { signal })).rejects.toMatchObject({ code: 'unavailable' });
    expect(await sandbox.status()).toMatchObject({ state: 'image-unknown', digest: idOf('2'), acceptedBefore: true });
    // The name is not asked twice: what was looked at is what runs.
    expect(images).toEqual([idOf('1')]);
  });

  it('is not accepted when it was replaced while the person looked at it', async () => {
    const { sandbox, replace, kept } = setup();
    const status = await sandbox.status();
    replace('2');
    await expect(sandbox.acceptImage('digest' in status ? status.digest : '')).rejects.toMatchObject({ code: 'stale' });
    expect(kept.size).toBe(0);
  });

  it('is accepted by building it, for this engine and this name', async () => {
    const { sandbox, kept } = setup();
    await sandbox.build({ signal });
    expect([...kept]).toEqual([['Fake 1.0 i:1', idOf('1')]]);
    expect(await sandbox.status()).toMatchObject({ state: 'ready', digest: idOf('1') });
  });

  it('is the one that was built, also when another one took its name while it was built', async () => {
    const kept = new Map<string, string>();
    const pins: ImagePins = { get: (place) => kept.get(place), set: async (place, id) => void kept.set(place, id) };
    const image = async (name: string) => ({ id: name === idOf('1') ? name : idOf('2'), labels, architecture: '', bytes: 1, createdAt: '' });
    const engine = fakeEngine(() => labels, { image, build: async () => Readable.from([`{"aux":{"ID":"${idOf('1')}"}}\n{"stream":"Successfully tagged i:1\\n"}\n`]) });
    const sandbox = createSandbox({ connect: async () => engine, imageName: 'i:1', contextFolder, pins });
    await sandbox.build({ signal });
    expect([...kept.values()]).toEqual([idOf('1')]);
    expect(await sandbox.status()).toMatchObject({ state: 'image-unknown', digest: idOf('2'), acceptedBefore: true });
  });

  it('needs no question when the setting names its digest', async () => {
    for (const name of [idOf('1'), `registry.example/axon@${idOf('1')}`]) expect(await setup(name).sandbox.status()).toMatchObject({ state: 'ready' });
    for (const name of ['axon:sha256', `${idOf('1')}0`, idOf('2')]) expect(await setup(name).sandbox.status()).toMatchObject({ state: 'image-unknown' });
  });

  it('tells the last runs, the newest first', async () => {
    const { sandbox } = setup(idOf('1'));
    for (let n = 0; n < 11; n++) await sandbox.run(job, { signal });
    await sandbox.run({ ...job, language: 'javascript' }, { signal });
    const status = await sandbox.status();
    expect('runs' in status && status.runs.map((each) => each.language)).toEqual(['javascript', ...Array.from({ length: 9 }, () => 'python')]);
    expect('runs' in status && status.runs[0]).toMatchObject({ how: 'exit code 0', peakMemory: 1_000_000 });
  });
});
