import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { dialCommand, sshArguments } from '../../../../src/sandbox/connection/ssh-command.js';

const here = { host: 'there', user: 'me', port: 2222 };

describe('sshArguments', () => {
  it('[P17] end with the host, after everything that could be an option', () => {
    expect(sshArguments(here, undefined).slice(-6)).toEqual(['-l', 'me', '-p', '2222', '--', 'there']);
    expect(sshArguments({ host: 'there' }, undefined).slice(-2)).toEqual(['--', 'there']);
  });

  it.runIf(process.platform !== 'win32')('[P17] are what the system’s ssh understands, and win over a config that is careless', () => {
    const careless = ['StrictHostKeyChecking=accept-new', 'BatchMode=no', 'ForwardAgent=yes', 'ForwardX11=yes', 'NoHostAuthenticationForLocalhost=yes', 'RemoteCommand=id', 'RequestTTY=force', 'LocalForward=9 a:9', 'GSSAPIDelegateCredentials=yes'];
    // Of each option ssh takes the first it sees, and those of a config come after the arguments.
    const args = [...sshArguments(here, '/run/s'), ...careless.flatMap((each) => ['-o', each])];
    args.splice(args.indexOf('--'), 2);
    const text = execFileSync('ssh', ['-G', '-F', '/dev/null', ...args, 'there'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const settings = new Map(text.split('\n').map((line) => [line.split(' ')[0] ?? '', line.split(' ').slice(1).join(' ')]));
    const expected = { hostname: 'there', user: 'me', port: '2222', stricthostkeychecking: 'true', batchmode: 'yes', forwardagent: 'no', forwardx11: 'no', nohostauthenticationforlocalhost: 'no', clearallforwardings: 'yes', requesttty: 'false', controlpath: '/run/s', controlpersist: '60', serveraliveinterval: '5' };
    for (const [name, value] of Object.entries(expected)) expect([name, settings.get(name)]).toEqual([name, value]);
    expect(settings.get('localforward')).toBeUndefined();
    expect(settings.get('remotecommand') ?? 'none').toBe('none');
    expect(settings.get('gssapidelegatecredentials') ?? 'no').toBe('no');
  });
});

describe('dialCommand', () => {
  it('is what Docker’s own client has run, and the same for Podman', () => {
    expect(dialCommand({ host: 'h' }, 'docker')).toEqual(['docker', 'system', 'dial-stdio']);
    expect(dialCommand({ host: 'h' }, 'podman')).toEqual(['podman', 'system', 'dial-stdio']);
    expect(dialCommand({ host: 'h', socketPath: '/run/a.sock' }, 'docker')).toEqual(['docker', '--host', 'unix:///run/a.sock', 'system', 'dial-stdio']);
    expect(dialCommand({ host: 'h', socketPath: '/run/a.sock' }, 'podman')).toEqual(['podman', '--remote', '--url', 'unix:///run/a.sock', 'system', 'dial-stdio']);
  });
});
