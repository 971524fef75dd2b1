import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultSockets, dockerEndpoints } from '../../../../src/sandbox/connection/docker-endpoint.js';

describe('dockerEndpoints', () => {
  let home: string;
  let pem: { readonly folder: string; readonly cert: string; readonly key: string };
  beforeAll(async () => { pem = await selfSigned(); });
  afterAll(async () => { await rm(pem.folder, { recursive: true }); });
  beforeEach(async () => { home = await mkdtemp(path.join(os.tmpdir(), 'axon-home-')); });
  afterEach(async () => { await rm(home, { recursive: true }); });

  const endpoints = (env: Record<string, string> = {}, platform: NodeJS.Platform = 'linux') => dockerEndpoints({ env, home, platform });
  const connections = async (env?: Record<string, string>, platform?: NodeJS.Platform) => (await endpoints(env, platform)).map((each) => each.connection);
  const context = async (name: string, host: string, more: object = {}) => {
    const id = createHash('sha256').update(name).digest('hex');
    const folder = path.join(home, '.docker/contexts/meta', id);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host, ...more } } }));
    return path.join(home, '.docker/contexts/tls', id, 'docker');
  };
  const choose = (name: string) => writeFile(path.join(home, '.docker/config.json'), JSON.stringify({ currentContext: name }));
  const certificates = async (folder: string, files: Record<string, string> = { 'ca.pem': pem.cert, 'cert.pem': pem.cert, 'key.pem': pem.key }) => {
    await mkdir(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  };

  it('takes DOCKER_HOST alone, in each of its forms', async () => {
    expect(await connections({ DOCKER_HOST: 'unix:///run/a.sock' })).toEqual([{ socketPath: '/run/a.sock' }]);
    expect(await connections({ DOCKER_HOST: 'npipe:////./pipe/docker_engine' }, 'win32')).toEqual([{ socketPath: String.raw`\\.\pipe\docker_engine` }]);
    expect(await connections({ DOCKER_HOST: 'tcp://127.0.0.1:1234' })).toEqual([{ host: '127.0.0.1', port: 1234 }]);
    expect(await connections({ DOCKER_HOST: 'localhost:2375' })).toEqual([{ host: 'localhost', port: 2375 }]);
    expect(await connections({ DOCKER_HOST: 'tcp://[::1]' })).toEqual([{ host: '::1', port: 2375 }]);
    expect(await connections({ DOCKER_HOST: 'ssh://me@there:2222/run/podman/podman.sock' })).toEqual([{ ssh: { host: 'there', user: 'me', port: 2222, socketPath: '/run/podman/podman.sock' } }]);
  });

  it('[P17] refuses a connection to another machine that anybody in between could read, and says what to do', async () => {
    for (const host of ['tcp://10.0.0.1:1234', 'example:2375', 'http://example', 'tcp://[2001:db8::1]', 'tcp://127.0.0.1.example.com', 'tcp://0.0.0.0', 'tcp://[::ffff:7f00:1]', 'tcp://127.1', 'tcp://2130706433', 'tcp://localhost.example']) {
      await expect(endpoints({ DOCKER_HOST: host }), host).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('without TLS') as string, next: expect.stringContaining('ssh://') as string });
    }
  });

  it('[P17] refuses what is no plain address, whatever it hopes to become', async () => {
    const hosts = ['ssh://-oProxyCommand=id', 'ssh://-lroot@host', 'ssh://host;id', 'ssh://ho$(id)st', 'ssh://a@-b', 'ssh://host:99999', 'ssh://host/run/a b', 'ssh://host/$(id)', 'ssh://host/a;id', "ssh://host/a'b", 'ssh://`id`@host', 'ssh://a%20b@host', 'ssh://%2doProxyCommand@host', 'ssh://', 'ssh://host\n', 'ssh://%0aHost@h', 'ssh://[::1', 'ssh://h?x',
      'tcp://', 'tcp://a b', 'tcp://me:word@127.0.0.1', 'tcp://me@127.0.0.1', 'tcp://127.0.0.1/v1', 'tcp://127.0.0.1?a', 'tcp://127.0.0.1#a', 'tcp://127.0.0.1:0', 'tcp://127.0.0.1:70000', 'tcp://[127.0.0.1]', 'tcp://127.0.0.1\\@example', 'tcp://127.0.0.1\0', 'nonsense://x', 'file:///etc', 'fd://', 'unix://', 'unix://docker.sock', 'npipe:////./pipe/docker_engine'];
    for (const host of hosts) await expect(endpoints({ DOCKER_HOST: host }), host).rejects.toMatchObject({ code: 'unavailable', next: expect.stringMatching(/./) as string });
    for (const host of ['npipe:////server/pipe/docker_engine', 'npipe:////./pipe/../../server/x', 'npipe://C:/x', 'unix:///var/run/docker.sock']) await expect(endpoints({ DOCKER_HOST: host }, 'win32'), host).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('[P8] shows no password that stood in an address, and nothing hidden', async () => {
    for (const host of ['ssh://me:opensesame@there', 'tcp://me:opensesame@there', 'tcp://me:open/opensesame@there', 'me:opensesame@there']) {
      await expect(endpoints({ DOCKER_HOST: host })).rejects.toMatchObject({ message: expect.not.stringContaining('opensesame') as string });
    }
    await context('\u202edab', 'unix:///a\u200bb.sock');
    expect((await endpoints({ DOCKER_CONTEXT: '\u202edab' }))[0]?.title).toBe(String.raw`unix:///a\u200bb.sock (context \u202edab)`);
  });

  it('reads the certificates for a verified engine', async () => {
    await certificates(home);
    const found = { host: 'a', port: 2376, certificates: { ca: pem.cert, own: { cert: pem.cert, key: pem.key } } };
    expect(await connections({ DOCKER_HOST: 'tcp://a', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: home })).toEqual([found]);
    // Docker would take whoever answers here.
    expect(await connections({ DOCKER_HOST: 'tcp://a', DOCKER_TLS: '1', DOCKER_CERT_PATH: home })).toEqual([found]);
    expect(await connections({ DOCKER_HOST: 'https://a:1', DOCKER_CERT_PATH: home })).toEqual([{ ...found, port: 1 }]);
    await certificates(path.join(home, '.docker'), { 'ca.pem': pem.cert });
    expect(await connections({ DOCKER_HOST: 'tcp://a', DOCKER_TLS_VERIFY: '1' })).toEqual([{ host: 'a', port: 2376, certificates: { ca: pem.cert } }]);
  });

  it('[P17] trusts no public authority and no half of a pair, and takes nothing unreadable for missing', async () => {
    const folder = path.join(home, 'pem');
    const attempt = async (files: Record<string, string>) => {
      await rm(folder, { recursive: true, force: true });
      await certificates(folder, files);
      return endpoints({ DOCKER_HOST: 'tcp://127.0.0.1', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder });
    };
    const { cert, key } = pem;
    await expect(attempt({})).rejects.toThrow('has no ca.pem');
    await expect(attempt({ 'cert.pem': cert, 'key.pem': key })).rejects.toThrow('has no ca.pem');
    await expect(attempt({ 'ca.pem': cert, 'cert.pem': cert })).rejects.toThrow('has no key.pem');
    await expect(attempt({ 'ca.pem': cert, 'key.pem': key })).rejects.toThrow('has no cert.pem');
    await expect(attempt({ 'ca.pem': 'hello' })).rejects.toThrow('can\'t be used');
    await expect(attempt({ 'ca.pem': '' })).rejects.toThrow('can\'t be used');
    await expect(attempt({ 'ca.pem': cert, 'cert.pem': cert, 'key.pem': 'hello' })).rejects.toThrow('can\'t be used');
    await rm(folder, { recursive: true });
    await mkdir(path.join(folder, 'ca.pem'), { recursive: true });
    await expect(endpoints({ DOCKER_HOST: 'tcp://a', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder })).rejects.toThrow('ca.pem that can\'t be read (EISDIR)');
    await expect(endpoints({ DOCKER_HOST: 'tcp://a', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: 'pem' })).rejects.toThrow('is no full path');
  });

  it('follows the chosen context, and DOCKER_CONTEXT before it', async () => {
    await context('one', 'unix:///one.sock');
    await certificates(await context('two', 'tcp://two:2376'));
    await choose('one');
    expect(await connections()).toEqual([{ socketPath: '/one.sock' }]);
    expect(await connections({ DOCKER_HOST: '', DOCKER_CONTEXT: '' })).toEqual([{ socketPath: '/one.sock' }]);
    expect(await connections({ DOCKER_CONTEXT: 'two' })).toEqual([{ host: 'two', port: 2376, certificates: { ca: pem.cert, own: { cert: pem.cert, key: pem.key } } }]);
  });

  it('[P17] checks who answers also where a context says that this isn’t needed', async () => {
    await context('open', 'tcp://127.0.0.1:2376', { SkipTLSVerify: true });
    await expect(endpoints({ DOCKER_CONTEXT: 'open' })).rejects.toThrow('has no ca.pem');
    await certificates(await context('half', 'tcp://127.0.0.1:2376'), { 'key.pem': pem.key });
    await expect(endpoints({ DOCKER_CONTEXT: 'half' })).rejects.toThrow('has no ca.pem');
  });

  it('[P17] does not fall back when the chosen engine can’t be told', async () => {
    await expect(endpoints({ DOCKER_CONTEXT: 'none' })).rejects.toMatchObject({ message: 'The Docker context “none” was not found.' });
    await expect(endpoints({ DOCKER_CONFIG: '.docker' })).rejects.toThrow('no full path');
    await mkdir(path.join(home, '.docker/config.json'), { recursive: true });
    await expect(endpoints()).rejects.toThrow('can\'t be read');
    await chmod(path.join(home, '.docker/config.json'), 0o700);
  });

  it('takes the usual sockets otherwise, also beside a broken configuration', async () => {
    await mkdir(path.join(home, '.docker'));
    await writeFile(path.join(home, '.docker/config.json'), '{');
    const usual = defaultSockets({ env: {}, home, platform: 'linux' }).map((socketPath) => ({ socketPath }));
    expect(await connections()).toEqual(usual);
    await choose('default');
    expect(await connections()).toEqual(usual);
  });
});

describe('defaultSockets', () => {
  const pipe = (name: string) => String.raw`\\.\pipe` + `\\${name}`;

  it('knows Docker, Docker Desktop, rootless Docker and Podman on each system', () => {
    const rootless = ['/run/user/1/docker.sock', '/run/user/1/podman/podman.sock'];
    const linux = (between: readonly string[]) => ['/var/run/docker.sock', '/h/.docker/run/docker.sock', '/h/.docker/desktop/docker.sock', ...between, '/run/podman/podman.sock'];
    expect(defaultSockets({ env: { XDG_RUNTIME_DIR: '/run/user/1' }, home: '/h', platform: 'linux', uid: 7 })).toEqual(linux(rootless));
    expect(defaultSockets({ env: {}, home: '/h', platform: 'linux', uid: 1 })).toEqual(linux(rootless));
    expect(defaultSockets({ env: {}, home: '/h', platform: 'linux' })).toEqual(linux([]));
    const mac = ['/var/run/docker.sock', '/h/.docker/run/docker.sock', '/h/.local/share/containers/podman/machine/podman.sock'];
    expect(defaultSockets({ env: { TMPDIR: '/var/folders/ab/T/' }, home: '/h', platform: 'darwin' })).toEqual([...mac, '/var/folders/ab/T/podman/podman-machine-default-api.sock']);
    expect(defaultSockets({ env: {}, home: 'C:/Users/h', platform: 'win32' })).toEqual([pipe('docker_engine'), pipe('dockerDesktopLinuxEngine'), pipe('podman-machine-default')]);
  });

  it('[P17] knows none in a folder where anybody could put one', () => {
    const sockets = defaultSockets({ env: { TMPDIR: '/tmp' }, home: '/h', platform: 'darwin' });
    expect(sockets.filter((each) => each.startsWith('/tmp'))).toEqual([]);
  });
});

/** A certificate that stands for any, made by the system's openssl. */
async function selfSigned() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'axon-pem-'));
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=a', '-keyout', '-', '-out', '-'];
  const text = execFileSync('openssl', make, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const part = (name: string) => new RegExp(`-----BEGIN ${name}-----[^]*?-----END ${name}-----\n`).exec(text)?.[0] ?? '';
  return { folder, cert: part('CERTIFICATE'), key: part('PRIVATE KEY') };
}
