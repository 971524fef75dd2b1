import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ensureEnginesElsewhere } from '../../scripts/lib/engines-elsewhere.mjs';
import { sshArguments } from '../../src/sandbox/connection/ssh-command.js';
import { createSandbox } from '../../src/sandbox/create-sandbox.js';
import { connectDocker } from '../../src/sandbox/docker-engine.js';
import { contextFolder, imageName, never, openSandbox, type OpenSandbox } from './lib/open-sandbox.js';
import { startSshServer, type SshServer } from './lib/ssh-server.js';

const run = promisify(execFile);
const canRun = await ensureEnginesElsewhere();

describe.runIf(canRun)('an engine behind ssh', () => {
  let box: OpenSandbox;
  let server: SshServer;
  beforeAll(async () => {
    box = await openSandbox();
    server = await startSshServer({ DOCKER_HOST: box.host });
  });
  afterEach(async () => { expect(await box.containers()).toEqual([]); });
  afterAll(async () => {
    await server.stop();
    await box.close();
  });

  const open = (env: NodeJS.ProcessEnv = {}) =>
    createSandbox({ connect: () => connectDocker({ env: { ...server.env, ...env }, home: os.homedir(), platform: process.platform }), imageName, contextFolder });
  const refusal = async (env: NodeJS.ProcessEnv) => {
    const sandbox = open(env);
    const error = await sandbox.run({ language: 'python', code: 'print(1)' }, { signal: never }).then(() => undefined, (thrown: unknown) => thrown);
    await sandbox.dispose();
    return error;
  };
  /** Command lines of ssh processes that share a login of ours, and the folders of their sockets. */
  const traces = async () => {
    const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(processes.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
    const folders = (await readdir(os.tmpdir())).filter((name) => name.startsWith('axon-ssh-'));
    return [...lines.filter((line) => /axon-ssh-\w+\/s/.test(line)), ...folders];
  };

  it('[P9] [P17] runs code there by the person’s own ssh config, with one login, and leaves nothing', async () => {
    const logins = async () => (await server.log()).match(/Accepted publickey/g)?.length ?? 0;
    const before = await logins();
    const sandbox = open();
    expect(await sandbox.status()).toMatchObject({ state: 'ready', engine: expect.stringMatching(/^Docker .* at ssh:\/\/engine \(DOCKER_HOST\)$/) as string });
    const code = `# ${'x'.repeat(300_000)}\nimport sys; print("there"); print(len(open(__file__).read()), file=sys.stderr)`;
    expect(await sandbox.run({ language: 'python', code }, { signal: never })).toMatchObject({ ended: 'exited', exitCode: 0, output: `there\n${code.length}\n` });
    const codes = ['while True: print("x" * 100_000)', 'print(1)', 'print(2)'];
    const [flood, ...others] = await Promise.all(codes.map((each) => sandbox.run({ language: 'python', code: each }, { signal: never })));
    expect(flood).toMatchObject({ ended: 'killed', reason: 'it printed more than 8 MB' });
    expect(others.map((each) => each.output)).toEqual(['1\n', '2\n']);
    expect(await logins()).toBe(before + 1);
    await sandbox.dispose();
    expect(await traces()).toEqual([]);
  });

  it('[P17] is asked for in words that the system’s ssh understands, and that win over a careless config', async () => {
    const careless = ['StrictHostKeyChecking=accept-new', 'BatchMode=no', 'ForwardAgent=yes', 'ForwardX11=yes', 'NoHostAuthenticationForLocalhost=yes', 'RemoteCommand=id', 'RequestTTY=force', 'LocalForward=9 a:9', 'GSSAPIDelegateCredentials=yes'];
    // Of each option ssh takes the first it sees, and those of a config come after the arguments.
    const args = [...sshArguments({ host: 'there', user: 'me', port: 2222 }, '/run/s'), ...careless.flatMap((each) => ['-o', each])];
    args.splice(args.indexOf('--'), 2);
    const { stdout: text } = await run('ssh', ['-G', '-F', '/dev/null', ...args, 'there']);
    const settings = new Map(text.split('\n').map((line) => [line.split(' ')[0] ?? '', line.split(' ').slice(1).join(' ')]));
    const expected = { hostname: 'there', user: 'me', port: '2222', stricthostkeychecking: 'true', batchmode: 'yes', forwardagent: 'no', forwardx11: 'no', nohostauthenticationforlocalhost: 'no', clearallforwardings: 'yes', requesttty: 'false', controlpath: '/run/s', controlpersist: '60', serveraliveinterval: '5' };
    for (const [name, value] of Object.entries(expected)) expect([name, settings.get(name)]).toEqual([name, value]);
    expect(settings.get('localforward')).toBeUndefined();
    expect(settings.get('remotecommand') ?? 'none').toBe('none');
    expect(settings.get('gssapidelegatecredentials') ?? 'no').toBe('no');
  });

  it('[P17] refuses a host key that is unknown or changed, and learns none', async () => {
    const known = await readFile(server.knownHosts, 'utf8');
    const sessions = (await server.log()).match(/Accepted/g)?.length;
    expect(await refusal({ DOCKER_HOST: `ssh://root@localhost:${server.port}` })).toMatchObject({ code: 'unavailable', message: expect.stringMatching(/host key of root@localhost, port \d+ is not known .* nothing was sent/) as string });
    await server.crash();
    await server.start({ newKey: true });
    expect(await refusal({})).toMatchObject({ code: 'unavailable', message: expect.stringMatching(/host key of engine is not the one .* nothing was sent/) as string });
    expect(await readFile(server.knownHosts, 'utf8')).toBe(known);
    expect((await server.log()).match(/Accepted/g)?.length).toBe(sessions);
    await server.stop();
    server = await startSshServer({ DOCKER_HOST: box.host });
  });

  it('says what is wrong: a user who may not log in, no program ssh, no server, an engine that isn’t there', async () => {
    expect(await refusal({ DOCKER_HOST: 'ssh://nobody@engine' })).toMatchObject({ message: 'nobody@engine refused to let this user in over ssh.', next: expect.stringContaining('ssh-agent') as string });
    expect(await refusal({ PATH: server.folder })).toMatchObject({ message: 'The program ssh was not found on this machine.' });
    expect(await refusal({ DOCKER_HOST: 'ssh://engine/nonexistent/docker.sock' })).toMatchObject({ message: expect.stringMatching(/^No engine answers on engine/) as string });
    await server.crash();
    expect(await refusal({})).toMatchObject({ message: expect.stringMatching(/^No connection to engine over ssh: .*refused/) as string });
    await server.start();
  });

  it('takes the socket that the address names, and says when there is no program for it', async () => {
    const bare = await startSshServer({ PATH: path.join(server.folder, 'nothing') });
    onTestFinished(() => bare.stop());
    expect(await refusal({ ...bare.env })).toMatchObject({ code: 'unavailable', message: 'Neither docker nor podman was found on engine as ssh runs programs there.' });
    const plain = await startSshServer({ A: 'b' });
    onTestFinished(() => plain.stop());
    const sandbox = open({ ...plain.env, DOCKER_HOST: `ssh://engine${box.host.replace('unix://', '')}` });
    expect((await sandbox.run({ language: 'python', code: 'print(2)' }, { signal: never })).output).toBe('2\n');
    await sandbox.dispose();
  });

  it('[P9] ends a run with a reason when the connection breaks, and removes its container when it can again', async () => {
    const sandbox = open();
    const begun = Promise.withResolvers<undefined>();
    const running = sandbox.run({ language: 'python', code: 'import time; print("begun", flush=True); time.sleep(50)' }, { signal: never, onOutput: () => { begun.resolve(undefined); } }).then((result) => result, (error: unknown) => error);
    await begun.promise;
    const broken = Date.now();
    await server.crash();
    expect(await running).toMatchObject({ code: 'unavailable', message: expect.stringMatching(/broke|connection/) as string });
    expect(Date.now() - broken).toBeLessThan(10_000);
    expect(await box.containers()).toHaveLength(1); // Out of reach: it ends itself, at its time limit at the latest.
    await server.start();
    expect(await sandbox.status()).toMatchObject({ state: 'ready' });
    expect(await box.containers()).toEqual([]);
    expect((await sandbox.run({ language: 'python', code: 'print(3)' }, { signal: never })).output).toBe('3\n');
    await sandbox.dispose();
    expect(await traces()).toEqual([]);
  });
});
