import { describe, expect, it } from 'vitest';
import { isMissingProgram, sshFailure } from '../../../../src/sandbox/connection/ssh-failure.js';

const there = { host: 'there', user: 'me', port: 2222 };

describe('sshFailure', () => {
  it('[P17] tells a key that was changed from one that was never known, and that nothing was sent', () => {
    const changed = '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\r\n…\r\nHost key verification failed.\r\n';
    expect(sshFailure(there, { code: 255, said: changed, begun: false }).message).toBe('The host key of me@there, port 2222 is not the one that this machine knows. Somebody may be in between, so nothing was sent.');
    const unknown = sshFailure(there, { code: 255, said: 'No ED25519 host key is known for there and you have requested strict checking.\r\nHost key verification failed.\r\n', begun: false });
    expect(unknown).toMatchObject({ code: 'unavailable', message: 'The host key of me@there, port 2222 is not known on this machine, so nothing was sent.', next: expect.stringContaining('ssh -p 2222 me@there') as string });
  });

  it.each([
    [255, 'me@there: Permission denied (publickey).', 'refused to let this user in'],
    [255, 'ssh: Could not resolve hostname there: Name or service not known', 'The name there was not found'],
    [255, 'ssh: connect to host there port 2222: Connection refused\r\n', 'over ssh: ssh: connect to host there port 2222: Connection refused.'],
    [127, 'bash: line 1: docker: command not found', 'Neither docker nor podman'],
    [1, 'permission denied while trying to connect to the Docker daemon socket', 'may not use the engine there'],
    [1, 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?', 'No engine answers on me@there'],
    [null, '', 'The connection to the engine on me@there, port 2222 ended.'],
    [3, 'a\u202eb', String.raw`ended: a\u202eb.`],
  ])('says in a sentence what %s and “%s” mean', (code, said, message) => {
    const error = sshFailure(there, { code, said, begun: false });
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining(message) as string });
    expect(error.next).not.toBe('');
  });

  it('tells a connection that broke from one that was never there', () => {
    expect(sshFailure(there, { code: 255, said: 'Connection to there closed by remote host.\r\n', begun: true }).message).toBe('The connection to me@there, port 2222 over ssh broke: Connection to there closed by remote host.');
  });

  it('believes only a shell that a program is missing', () => {
    expect(isMissingProgram({ code: 127, said: '' })).toBe(true);
    expect(isMissingProgram({ code: 1, said: "'docker' is not recognized as an internal or external command" })).toBe(true);
    expect(isMissingProgram({ code: 255, said: 'docker: command not found' })).toBe(false);
  });
});
