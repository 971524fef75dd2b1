import { createHash } from 'node:crypto';
import { access, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPrivateEngine } from '../../scripts/lib/docker-engine.mjs';
import { engineRequest } from '../../scripts/lib/docker-request.mjs';
import { ensureEnginesElsewhere } from '../../scripts/lib/engines-elsewhere.mjs';
import { createSandbox, type SandboxOptions } from '../../src/sandbox/create-sandbox.js';
import { connectDocker } from '../../src/sandbox/docker-engine.js';
import { makeCertificates } from './lib/certificates.js';
import { copyImage } from './lib/copy-image.js';
import { contextFolder, imageName, never, openSandbox } from './lib/open-sandbox.js';
import { freePort } from './lib/ssh-server.js';

const canRun = await ensureEnginesElsewhere();

describe.runIf(canRun)('an engine of its own, with TLS and a second runtime', () => {
  let folder: string;
  let engine: Awaited<ReturnType<typeof startPrivateEngine>>;
  let port: number;
  let client: string;
  let plainPort: number;

  beforeAll(async () => {
    const box = await openSandbox();
    folder = await mkdtemp(path.join(os.tmpdir(), 'axon-tls-'));
    const made = await makeCertificates(path.join(folder, 'pem'));
    client = made.client;
    [port, plainPort] = [await freePort(), await freePort()];
    // No gVisor can be had on every machine: the usual runtime stands under its name, so that the choice is proved and not the wall.
    const runc = (await access('/usr/sbin/runc').then(() => true, () => false)) ? '/usr/sbin/runc' : '/usr/bin/runc';
    const flags = ['--host', `tcp://127.0.0.1:${port}`, '--tlsverify', '--tlscacert', path.join(made.server, 'ca.pem'), '--tlscert', path.join(made.server, 'cert.pem'), '--tlskey', path.join(made.server, 'key.pem'), '--add-runtime', `runsc=${runc}`];
    engine = await startPrivateEngine({ folder: path.join(folder, 'engine'), flags });
    await copyImage(box.host, engine.host);
    await box.close();
  });

  afterAll(async () => {
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (env: Record<string, string>, more: Partial<SandboxOptions> = {}) =>
    createSandbox({ connect: () => connectDocker({ env: { PATH: process.env['PATH'], ...env }, home: folder, platform: process.platform }), imageName, contextFolder, ...more });
  const withTls = (certificates = client, host = '127.0.0.1') => ({ DOCKER_HOST: `tcp://${host}:${port}`, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates });
  const output = async (sandbox: ReturnType<typeof open>) => {
    const result = await sandbox.run({ language: 'python', code: 'print(1)' }, { signal: never }).then(({ output: text }) => text, (error: unknown) => error);
    await sandbox.dispose();
    return result;
  };
  const containers = async () => JSON.parse((await engineRequest(engine.host, { path: '/containers/json?all=1' })).body) as readonly unknown[];

  describe('over TLS', () => {
    it('[P9] [P17] runs code, by DOCKER_HOST and by a context with certificates', async () => {
      expect(await output(open(withTls()))).toBe('1\n');
      const id = createHash('sha256').update('far').digest('hex');
      await mkdir(path.join(folder, '.docker/contexts/meta', id), { recursive: true });
      await writeFile(path.join(folder, '.docker/contexts/meta', id, 'meta.json'), JSON.stringify({ Name: 'far', Endpoints: { docker: { Host: `tcp://127.0.0.1:${port}` } } }));
      await cp(client, path.join(folder, '.docker/contexts/tls', id, 'docker'), { recursive: true });
      expect(await output(open({ DOCKER_CONTEXT: 'far' }))).toBe('1\n');
      expect(await containers()).toEqual([]);
    });

    it('[P17] refuses a certificate of another authority or for another name, also where the environment would not', async () => {
      const other = path.join(folder, 'other');
      await makeCertificates(path.join(folder, 'pem2'));
      await cp(client, other, { recursive: true });
      await cp(path.join(folder, 'pem2/client/ca.pem'), path.join(other, 'ca.pem'));
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      try {
        expect(await output(open(withTls(other)))).toMatchObject({ code: 'unavailable', message: `The certificate of tcp://127.0.0.1:${port} (DOCKER_HOST) was not signed by the authority in your ca.pem. Somebody may be in between, so nothing was sent.` });
        expect(await output(open(withTls(client, 'localhost')))).toMatchObject({ code: 'unavailable', message: `The certificate of tcp://localhost:${port} (DOCKER_HOST) is for another name. Somebody may be in between, so nothing was sent.` });
      } finally {
        delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      }
    });

    it('tells a missing certificate of the user’s, and an engine that speaks no TLS or wants it', async () => {
      const bare = path.join(folder, 'bare');
      await mkdir(bare);
      await writeFile(path.join(bare, 'ca.pem'), await readFile(path.join(client, 'ca.pem')));
      expect(await output(open(withTls(bare)))).toMatchObject({ code: 'unavailable', message: expect.stringContaining('doesn\'t let this user in') as string });
      expect(await output(open({ DOCKER_HOST: `tcp://127.0.0.1:${port}` }))).toMatchObject({ code: 'unavailable', message: expect.stringContaining('HTTPS') as string });
      expect(await output(open({ ...withTls(), DOCKER_HOST: `tcp://127.0.0.1:${plainPort}` }))).toMatchObject({ code: 'unavailable', message: expect.stringContaining('nothing listens there') as string });
    });
  });

  describe('with gVisor’s name', () => {
    /** The runtime of the one container, while its program runs. */
    const seen = async (more: Partial<SandboxOptions>) => {
      const sandbox = open({ DOCKER_HOST: engine.host }, more);
      const status = await sandbox.status();
      const stop = new AbortController();
      const ran = Promise.withResolvers<undefined>();
      const running = sandbox.run({ language: 'python', code: 'print(1); import time; time.sleep(50)' }, { signal: stop.signal, onOutput: () => { ran.resolve(undefined); } });
      running.catch(() => undefined);
      await ran.promise;
      const [only] = (await containers()) as readonly { readonly Id: string }[];
      const inspected = JSON.parse((await engineRequest(engine.host, { path: `/containers/${only?.Id ?? ''}/json` })).body) as { readonly HostConfig: { readonly Runtime: string } };
      stop.abort();
      await running.catch(() => undefined);
      await sandbox.dispose();
      return { told: status.state === 'ready' ? status.runtime : status.state, used: inspected.HostConfig.Runtime };
    };

    it('takes it by itself, or the engine’s own where the setting says so', async () => {
      expect(await seen({})).toEqual({ told: 'gVisor (runsc)', used: 'runsc' });
      expect(await seen({ runtime: 'default' })).toEqual({ told: 'runc', used: 'runc' });
    });

    it('[P17] runs nothing without it where the setting asks for it', async () => {
      const box = await openSandbox(); // Its engine has none.
      const runtimes = JSON.parse((await engineRequest(box.host, { path: '/info' })).body) as { readonly Runtimes: object };
      expect(Object.keys(runtimes.Runtimes)).not.toContain('runsc');
      expect(await output(open({ DOCKER_HOST: box.host }, { runtime: 'runsc' }))).toMatchObject({ code: 'unavailable', message: expect.stringContaining('doesn\'t have gVisor') as string });
      await box.close();
    });
  });
});
