import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dockerEndpoints } from '../../../src/sandbox/docker-endpoint.js';

describe('dockerEndpoints', () => {
  let home: string;
  beforeEach(async () => { home = await mkdtemp(path.join(os.tmpdir(), 'axon-home-')); });
  afterEach(async () => { await rm(home, { recursive: true }); });

  const endpoints = (env: Record<string, string> = {}, platform: NodeJS.Platform = 'linux') => dockerEndpoints({ env, home, platform });
  const connections = async (env?: Record<string, string>, platform?: NodeJS.Platform) => (await endpoints(env, platform)).map((each) => each.connection);
  const context = async (name: string, host: string) => {
    const id = createHash('sha256').update(name).digest('hex');
    const folder = path.join(home, '.docker/contexts/meta', id);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
    return path.join(home, '.docker/contexts/tls', id, 'docker');
  };
  const choose = (name: string) => writeFile(path.join(home, '.docker/config.json'), JSON.stringify({ currentContext: name }));

  it('takes DOCKER_HOST alone, in each of its forms', async () => {
    expect(await connections({ DOCKER_HOST: 'unix:///run/a.sock' })).toEqual([{ socketPath: '/run/a.sock' }]);
    expect(await connections({ DOCKER_HOST: 'npipe:////./pipe/docker_engine' })).toEqual([{ socketPath: String.raw`\\.\pipe\docker_engine` }]);
    expect(await connections({ DOCKER_HOST: 'tcp://10.0.0.1:1234' })).toEqual([{ host: '10.0.0.1', port: 1234, protocol: 'http' }]);
    expect(await connections({ DOCKER_HOST: 'example:2375' })).toEqual([{ host: 'example', port: 2375, protocol: 'http' }]);
    expect(await connections({ DOCKER_HOST: 'tcp://[::1]' })).toEqual([{ host: '::1', port: 2375, protocol: 'http' }]);
  });

  it('reads the certificates for a verified engine', async () => {
    await writeFile(path.join(home, 'ca.pem'), 'CA');
    expect(await connections({ DOCKER_HOST: 'tcp://a', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: home })).toEqual([{ host: 'a', port: 2376, protocol: 'https', ca: 'CA' }]);
  });

  it('refuses what it can’t use, and says what to do', async () => {
    for (const host of ['ssh://me@there', 'tcp://', 'nonsense://x', 'tcp://a b']) {
      await expect(endpoints({ DOCKER_HOST: host })).rejects.toMatchObject({ code: 'unavailable', next: expect.stringContaining('DOCKER_HOST') as string });
    }
  });

  it('follows the chosen context, and DOCKER_CONTEXT before it', async () => {
    await context('one', 'unix:///one.sock');
    const tls = await context('two', 'tcp://two:2376');
    await mkdir(tls, { recursive: true });
    for (const name of ['ca', 'cert', 'key']) await writeFile(path.join(tls, `${name}.pem`), name);
    await choose('one');
    expect(await connections()).toEqual([{ socketPath: '/one.sock' }]);
    expect(await connections({ DOCKER_CONTEXT: 'two' })).toEqual([{ host: 'two', port: 2376, protocol: 'https', ca: 'ca', cert: 'cert', key: 'key' }]);
  });

  it('does not fall back when the chosen context is not there', async () => {
    await expect(endpoints({ DOCKER_CONTEXT: 'none' })).rejects.toMatchObject({ message: 'The Docker context “none” was not found.' });
  });

  it('takes the usual sockets otherwise, also beside a broken configuration', async () => {
    await mkdir(path.join(home, '.docker'));
    await writeFile(path.join(home, '.docker/config.json'), '{');
    expect(await connections({ XDG_RUNTIME_DIR: '/run/user/1' })).toEqual(
      ['/var/run/docker.sock', `${home}/.docker/run/docker.sock`, '/run/user/1/docker.sock', '/run/user/1/podman/podman.sock'].map((socketPath) => ({ socketPath })),
    );
    await choose('default');
    expect((await connections({}, 'win32'))[0]).toEqual({ socketPath: String.raw`\\.\pipe\docker_engine` });
  });
});
