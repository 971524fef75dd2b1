import os from 'node:os';
import path from 'node:path';
import { ensureDockerEngine, ensureSandboxBase } from '../../../scripts/lib/docker-engine.mjs';
import { buildProxies } from '../../../src/sandbox/build-proxies.js';
import { ownerLabel } from '../../../src/sandbox/container-spec.js';
import { createSandbox } from '../../../src/sandbox/create-sandbox.js';
import { connectDocker } from '../../../src/sandbox/docker-engine.js';
import type { Engine } from '../../../src/sandbox/engine.js';
import type { SwarmCapable } from '../../../src/sandbox/swarm/swarm-engine.js';
import { currentOwner, ownerText } from '../../../src/sandbox/owner.js';
import type { Sandbox, SandboxResult } from '../../../src/ports/sandbox.js';

export const imageName = 'axon-sandbox:test';
export const contextFolder = path.resolve('media/sandbox');
export const never = new AbortController().signal;

export function connectTo(host: string): Promise<SwarmCapable> {
  return connectDocker({ env: { ...process.env, DOCKER_HOST: host }, home: os.homedir(), platform: process.platform });
}

export interface OpenSandbox {
  readonly sandbox: Sandbox;
  readonly engine: Engine;
  readonly host: string;
  python(code: string, timeoutSeconds?: number): Promise<SandboxResult>;
  /** Another window's sandbox, on the same engine. */
  another(): Sandbox;
  /** Names of this process's containers on the engine, in whatever state. */
  containers(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A sandbox on the real engine, with its image built. */
export async function openSandbox(): Promise<OpenSandbox> {
  const { host, stop } = await ensureDockerEngine();
  await ensureSandboxBase({ host });
  const connect = () => connectTo(host);
  const another = () => createSandbox({ connect, imageName, contextFolder, buildArgs: buildProxies(process.env) });
  const sandbox = another();
  const engine = await connect();
  if ((await sandbox.status()).state === 'no-image') await sandbox.build({ signal: never });
  const owner = ownerText(await currentOwner());
  return {
    sandbox,
    engine,
    host,
    another,
    python: (code, timeoutSeconds = 30) => sandbox.run({ language: 'python', code, timeoutSeconds }, { signal: never }),
    containers: async () => (await engine.labelled(ownerLabel)).filter((each) => each.label === owner).map((each) => each.name),
    close: async () => {
      await sandbox.dispose();
      await stop();
    },
  };
}
