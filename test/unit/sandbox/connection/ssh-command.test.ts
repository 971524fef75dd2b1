import { describe, expect, it } from 'vitest';
import { dialCommand, sshArguments } from '../../../../src/sandbox/connection/ssh-command.js';

const here = { host: 'there', user: 'me', port: 2222 };

describe('sshArguments', () => {
  it('[P17] end with the host, after everything that could be an option', () => {
    expect(sshArguments(here, undefined).slice(-6)).toEqual(['-l', 'me', '-p', '2222', '--', 'there']);
    expect(sshArguments({ host: 'there' }, undefined).slice(-2)).toEqual(['--', 'there']);
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
