// node killed-window.mjs HOST: what a window does with the sandbox until somebody kills it: one program runs, one container waits.
import os from 'node:os';
import { loadSource } from '../../../bench/lib/load-source.mjs';

const [, , DOCKER_HOST] = process.argv;
const { createSandbox } = await loadSource('src/sandbox/create-sandbox.ts');
const { connectDocker } = await loadSource('src/sandbox/docker-engine.ts');
const connect = () => connectDocker({ env: { ...process.env, DOCKER_HOST }, home: os.homedir(), platform: process.platform });
const sandbox = createSandbox({ connect, imageName: 'axon-sandbox:test', contextFolder: 'media/sandbox' });
sandbox.prepare('javascript');
await sandbox.run({ language: 'python', code: 'import time\nprint("runs", flush=True)\ntime.sleep(50)' }, { signal: new AbortController().signal, onOutput: (text) => process.stdout.write(text) });
