import type { Readable } from 'node:stream';
import { AxonError, messageOf } from '../errors.js';
import { visibleLine } from '../visible.js';
import { engineError } from './engine-error.js';
import type { Engine } from './engine.js';
import { contextFiles, contextHash, contextLabel } from './image-context.js';

export interface ImageBuild {
  readonly engine: Engine;
  readonly image: string;
  readonly contextFolder: string;
  /** Default: the engine's own, or the host's when it has none. */
  readonly network?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

/** Resolves with the id of what was built. Rejects with `AxonError`: cancelled, unavailable (no engine), io (the build failed; the message has the engine's reason). */
export async function buildImage(build: ImageBuild): Promise<string> {
  const { engine, image, contextFolder, network, buildArgs, signal } = build;
  try {
    signal.throwIfAborted();
    const hash = await contextHash(contextFolder);
    const used = network ?? ((await engine.hasBridge()) ? undefined : 'host');
    const answer = await engine.build({ folder: contextFolder, files: contextFiles, image, labels: { [contextLabel]: hash }, buildArgs, ...(used !== undefined && { network: used }) }, signal);
    const told = await followBuild(answer, build);
    // By its id: the name may stand for another image by now, and what is returned here is trusted from now on.
    const built = (told === undefined ? undefined : await engine.image(told)) ?? (await engine.image(image));
    if (built?.labels[contextLabel] !== hash) throw failed('the engine ended the build without an image');
    return built.id;
  } catch (error) {
    if (signal.aborted) throw new AxonError('cancelled', 'Building the sandbox image was stopped.');
    throw engineError(error, 'building the sandbox image');
  }
}

/** Resolves with the id that the engine told of what it built; undefined where it told none. */
async function followBuild(answer: Readable, { signal, onProgress }: ImageBuild): Promise<string | undefined> {
  let id: string | undefined;
  const onAbort = () => {
    answer.destroy(); // The engine stops building when nobody listens.
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    for await (const text of linesOf(answer)) {
      const step = readStep(text);
      for (const line of (step.text ?? '').split(/[\r\n]+/)) if (line.trim() !== '') onProgress?.(visibleLine(withoutColours(line.trimEnd())));
      if (step.error !== undefined) throw failed(messageOf(step.error));
      id = step.id ?? id;
    }
    return id;
  } finally {
    signal.removeEventListener('abort', onAbort);
    answer.destroy();
  }
}

/** Not node:readline: its lines never end when the stream is destroyed. */
async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

interface Step {
  readonly text?: string;
  readonly error?: string;
  readonly id?: string;
}

function readStep(text: string): Step {
  if (text.trim() === '') return {};
  try {
    const { stream, status, error, aux } = JSON.parse(text) as Record<string, unknown>;
    if (typeof error === 'string') return { error };
    if (typeof stream === 'string') return { text: stream };
    if (typeof status === 'string') return { text: status };
    const id = typeof aux === 'object' && aux !== null && 'ID' in aux ? aux.ID : undefined;
    return typeof id === 'string' && /^sha256:[0-9a-f]{64}$/.test(id) ? { id } : {};
  } catch {
    return { text }; // Not the protocol, but worth showing.
  }
}

function withoutColours(line: string): string {
  return line.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, '');
}

function failed(reason: string): AxonError {
  return new AxonError('io', `The sandbox image could not be built: ${reason}.`, 'The lines before say where it stopped. The build needs Debian’s packages: check the network and proxy that the engine uses.');
}
