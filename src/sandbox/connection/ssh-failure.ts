import { AxonError } from '../../errors.js';
import { visibleLine } from '../../visible.js';
import type { SshAddress } from './ssh-address.js';

export interface SshEnd {
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** The end of what ssh, or the program on the other side, printed as errors. */
  readonly said: string;
  /** The engine had begun to answer. */
  readonly begun: boolean;
}

/** The exit code of a shell that doesn't find the program (POSIX, Shell & Utilities 2.8.2). */
export function isMissingProgram({ code, said }: Pick<SshEnd, 'code' | 'said'>): boolean {
  // ssh's own exit code, 255, or a Windows machine's 1, may come with anything in words.
  return code === 127 || (code === 1 && said.includes('is not recognized as'));
}

/** Why a connection over ssh ended, as a person can use it. What is said is the other side's and is shown, never followed. */
export function sshFailure(address: SshAddress, end: SshEnd): AxonError {
  const { host, port, user } = address;
  const place = `${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `, port ${port}`}`;
  const login = `ssh ${port === undefined ? '' : `-p ${port} `}${user === undefined ? '' : `${user}@`}${host}`;
  const failed = (message: string, next: string) => new AxonError('unavailable', message, next);
  const { said, code, begun } = end;
  if (begun) return failed(`The connection to ${place} over ssh broke${reason(said)}.`, 'Look at the network, and try again. What ran there ends at its time limit and is removed with the next connection.');
  if (code === 255) {
    if (said.includes('IDENTIFICATION HAS CHANGED')) {
      return failed(`The host key of ${place} is not the one that this machine knows. Somebody may be in between, so nothing was sent.`, `Ask whoever runs ${host} whether its key was changed. Only then remove the old one with “ssh-keygen -R” and log in once by hand.`);
    }
    if (/REVOKED HOST KEY|host key .*revoked/i.test(said)) return failed(`The host key of ${place} is revoked, so nothing was sent.`, `Ask whoever runs ${host}.`);
    if (/Host key verification failed|No .*host key is known|host key is not known/i.test(said)) {
      return failed(`The host key of ${place} is not known on this machine, so nothing was sent.`, `Log in once with “${login}”, compare the fingerprint with one you were given by another way, and accept it there.`);
    }
    if (/Permission denied|Too many authentication failures|No supported authentication/i.test(said)) {
      return failed(`${place} refused to let this user in over ssh.`, `Log in with “${login}”. It has to work without a password: with a key, in ssh-agent where it has a passphrase.`);
    }
    if (/Could not resolve hostname/i.test(said)) return failed(`The name ${host} was not found (over ssh).`, 'Look at its spelling and at your network.');
    return failed(`No connection to ${place} over ssh${reason(said)}.`, `Try “${login}” in a terminal.`);
  }
  if (isMissingProgram(end)) return failed(`Neither docker nor podman was found on ${place} as ssh runs programs there.`, `Install one, or put it where “${login} docker version” finds it.`);
  if (/permission denied/i.test(said)) return failed(`The user on ${place} may not use the engine there.`, 'Let that user use it (for Docker: the group “docker”), or name a socket of its own in the address.');
  if (/cannot connect|connection refused|no such file|is the docker daemon running/i.test(said)) return failed(`No engine answers on ${place}${reason(said)}.`, `Start it there. “${login} docker version” has to work.`);
  return failed(`The connection to the engine on ${place} ended${reason(said)}.`, `Try “${login} docker version” in a terminal.`);
}

function reason(said: string): string {
  const line = said.split('\n').map((each) => each.trim()).filter((each) => each !== '').at(-1);
  return line === undefined ? '' : `: ${visibleLine(line).slice(0, 200).replace(/[.\s]+$/, '')}`;
}
