import { Worker } from 'node:worker_threads';

/**
 * Swaps in a thread of its own, as fast as it can: a folder and a file for links that lead out, and back, and a link
 * that stays inside for one that leads out. A tool may put something of its own where a name is free for an instant;
 * that is cleared away.
 */
const script = `
const { parentPort, workerData } = require('node:worker_threads');
const fs = require('node:fs');
const { folder, file, link, aside, inside, outside, control } = workerData;
const flags = new Int32Array(control);
const taken = new Set(['EEXIST', 'ENOTEMPTY', 'EISDIR', 'ENOTDIR', 'ENOENT']);
const attempt = (action) => {
  try {
    action();
    return true;
  } catch (error) {
    if (taken.has(error.code)) return false;
    throw error;
  }
};
const put = (name, action) => {
  while (!attempt(action)) attempt(() => fs.rmSync(name, { recursive: true, force: true }));
};
const pause = (most) => Atomics.wait(flags, 0, 0, Math.random() * most);
const swap = (name, target) => {
  fs.renameSync(name, aside);
  put(name, () => fs.symlinkSync(target, name));
  pause(1.5);
  put(name, () => fs.unlinkSync(name));
  put(name, () => fs.renameSync(aside, name));
};
const point = (target) => {
  fs.symlinkSync(target, aside);
  fs.renameSync(aside, link);
};
parentPort.postMessage('ready');
while (Atomics.load(flags, 0) === 0) {
  for (const turn of [() => swap(folder, outside), () => swap(file, outside + '/f.txt'), () => { point(outside); pause(1.5); point(inside); }]) {
    turn();
    Atomics.add(flags, 1, 1);
    pause(2);
  }
}
parentPort.postMessage('done');
`;

export interface SwapPlaces {
  readonly folder: string;
  readonly file: string;
  readonly link: string;
  /** A free name in the workspace, where the real thing waits meanwhile. */
  readonly aside: string;
  /** Where the link leads when it stays inside, and where everything leads when it doesn't. */
  readonly inside: string;
  readonly outside: string;
}

export class Swapper {
  readonly #control = new Int32Array(new SharedArrayBuffer(8));
  readonly #worker: Worker;

  constructor(places: SwapPlaces) {
    this.#worker = new Worker(script, { eval: true, workerData: { ...places, control: this.#control.buffer } });
  }

  /** How many swaps there and back were made so far. */
  get swaps(): number {
    return Atomics.load(this.#control, 1);
  }

  started(): Promise<unknown> {
    return this.#next();
  }

  /** Rejects with what went wrong in the thread. Everything is back in its place afterwards. */
  async stop(): Promise<void> {
    const done = this.#next();
    Atomics.store(this.#control, 0, 1);
    await done;
  }

  dispose(): Promise<number> {
    Atomics.store(this.#control, 0, 1);
    return this.#worker.terminate();
  }

  #next(): Promise<unknown> {
    return new Promise((resolve, reject) => this.#worker.once('message', resolve).once('error', reject));
  }
}
