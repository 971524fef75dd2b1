import { Duplex, Readable } from 'node:stream';
import type { Engine } from '../../../src/sandbox/engine.js';

export const imageId = `sha256:${'1'.repeat(64)}`;

/** Resolves never. */
export const forever = new Promise<never>(() => undefined);

/** A frame of standard output (1) or error (2), as the engine sends it. */
export function frame(text: string, stream: 1 | 2 = 1): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

/** The stream of a container that takes one program, prints `hello`, tells that on standard error and ends. */
export function answering(report: string, onProgram: (program: string) => void = () => undefined): Duplex {
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      onProgram(chunk.toString());
      stream.push(frame('hello\n'));
      stream.push(frame(report, 2));
      stream.push(null);
      done();
    },
  });
  return stream;
}

export interface FakeEngine extends Engine {
  /** Names of the containers that are there. */
  readonly containers: Set<string>;
  readonly received: string[];
}

/** An engine whose containers print `hello` and end at once; each part can be replaced. */
export function fakeEngine(labels: () => Record<string, string> | undefined, parts: Partial<Engine> = {}): FakeEngine {
  const containers = new Set<string>();
  const received: string[] = [];
  return {
    title: 'Fake 1.0',
    notes: [],
    containers,
    received,
    facts: async () => ({ MemoryLimit: true, SwapLimit: true, CpuCfsQuota: true, PidsLimit: true, SecurityOptions: ['name=seccomp,profile=default'] }),
    image: async () => {
      const found = labels();
      return found && { id: imageId, labels: found, architecture: 'amd64', bytes: 700_000_000, createdAt: '2026-01-01T00:00:00Z' };
    },
    create: async (name) => void containers.add(name),
    attach: async () => answering('end 0 1000000\n', (program) => received.push(program)),
    start: async () => undefined,
    wait: async () => 0,
    ranOutOfMemory: async () => false,
    remove: async (name) => void containers.delete(name),
    labelled: async () => [],
    hasBridge: async () => true,
    build: async () => Readable.from([]),
    dispose: async () => undefined,
    ...parts,
  };
}
