import os from 'node:os';
import { AxonError } from '../errors.js';
import type { Sandbox } from '../ports/sandbox.js';
import { buildProxies } from '../sandbox/build-proxies.js';
import { createSandbox } from '../sandbox/create-sandbox.js';
import { connectDocker } from '../sandbox/docker-engine.js';
import type { ImagePins } from '../sandbox/known-image.js';
import { createSwarmSandbox } from '../sandbox/swarm/create-swarm-sandbox.js';
import type { SwarmCapable } from '../sandbox/swarm/swarm-engine.js';
import { settings } from './settings.js';

/** A sandbox as the user's settings have it now. */
export function editorSandbox(contextFolder: string, pins: ImagePins): Sandbox {
  const network = settings.buildNetwork();
  const engine = settings.sandboxEngine();
  const connect = async (): Promise<SwarmCapable> => {
    if (engine === 'unreadable') throw new AxonError('unavailable', 'The setting `axon.sandbox.engine` is neither “single” nor “swarm”, so no code is run.', 'Set it to one of the two.');
    const [host, certificates] = [settings.dockerHost(), settings.sandboxCertificates()];
    const env = { ...process.env, ...(host && { DOCKER_HOST: host }), ...(certificates && { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates }) };
    return connectDocker({ env, home: os.homedir(), platform: process.platform, uid: process.getuid?.() });
  };
  const options = {
    imageName: settings.sandboxImage(),
    contextFolder,
    pins,
    buildArgs: buildProxies(process.env),
    runtime: settings.sandboxRuntime(),
    ...(network === 'host' && { buildNetwork: 'host' }),
    connect,
  };
  return engine === 'swarm' ? createSwarmSandbox({ ...options, acceptMissing: settings.acceptMissing() }) : createSandbox(options);
}
