import type { SshAddress } from './ssh-address.js';

/** What speaks with the engine on the other side: Docker's command, or Podman's where there is only that. */
export const sshPrograms = ['docker', 'podman'] as const;
export type SshProgram = (typeof sshPrograms)[number];

/**
 * The arguments of ssh(1). Who may log in, over which hosts and with which key is for the user's own config. Not so: the
 * host key has to be known, nobody is asked anything, and nothing of this machine is lent to the other (agent, display,
 * forwarded ports, tickets). `control` is the socket of a connection to share, which ends when nobody used it for a minute.
 */
export function sshArguments({ host, user, port }: SshAddress, control: string | undefined): readonly string[] {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'NoHostAuthenticationForLocalhost=no',
    'ClearAllForwardings=yes',
    'ForwardAgent=no',
    'ForwardX11=no',
    'Tunnel=no',
    'RemoteCommand=none',
    'ConnectTimeout=10',
    // One that broke without a word is noticed after 15 seconds.
    'ServerAliveInterval=5',
    'ServerAliveCountMax=3',
    'LogLevel=ERROR',
    ...(control === undefined ? ['ControlPath=none'] : ['ControlMaster=auto', `ControlPath=${control}`, 'ControlPersist=60']),
  ];
  return ['-T', '-k', ...options.flatMap((each) => ['-o', each]), ...(user === undefined ? [] : ['-l', user]), ...(port === undefined ? [] : ['-p', String(port)]), '--', host];
}

/** What runs on the other side. It connects its standard input and output with the engine's socket, as Docker's own client has it done. */
export function dialCommand({ socketPath }: SshAddress, program: SshProgram): readonly string[] {
  if (socketPath === undefined) return [program, 'system', 'dial-stdio'];
  const choice = program === 'docker' ? ['--host', `unix://${socketPath}`] : ['--remote', '--url', `unix://${socketPath}`];
  return [program, ...choice, 'system', 'dial-stdio'];
}
