import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import { sha256 } from '../canonical.js';
import { AxonError, codeOf } from '../errors.js';
import type { ResultFile, Results } from '../ports/results.js';
import type { SandboxFile } from '../ports/sandbox.js';
import { kindOf } from './result-kind.js';

const indexName = 'index.json';
/** Bytes of all results together; the oldest runs go first. */
const mostBytes = 256 * 1024 * 1024;

const indexSchema = z.object({ files: z.array(z.object({ name: z.string(), sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)) })) });

/**
 * Results as files in a folder of ours: `SESSION/RUN/SHA256`, with an index that knows their names. What a program called a
 * file is never a name on this disk.
 */
export function createResultsStore(folder: string): Results {
  const sessionFolder = (session: string): string => {
    if (!/^[\w-]{1,100}$/.test(session)) throw new AxonError('not-found', 'There is no such session.');
    return path.join(folder, session);
  };

  return {
    async keep(session, files) {
      const run = randomBytes(6).toString('hex');
      const told: ResultFile[] = files.map((file) => ({ name: file.name, bytes: file.bytes.byteLength, sha256: sha256(file.bytes), ...kindOf(file) }));
      if (files.length === 0) return { run, files: told };
      const own = path.join(sessionFolder(session), run);
      try {
        await mkdir(own, { recursive: true, mode: 0o700 });
        await Promise.all(files.map(async (file, at) => writeFile(path.join(own, told[at]?.sha256 ?? ''), file.bytes, { mode: 0o600 })));
        await writeFile(path.join(own, indexName), JSON.stringify({ files: told.map(({ name, sha256: hash }) => ({ name, sha256: hash })) }), { mode: 0o600 });
        await trim(folder, own);
      } catch (error) {
        // A part of them would only take the room.
        await rm(own, { recursive: true, force: true }).catch(() => undefined);
        throw new AxonError('io', 'The results could not be kept on this disk.', 'Look whether it is full.', { cause: error });
      }
      return { run, files: told };
    },

    async read(session, run, name): Promise<SandboxFile> {
      const own = path.join(sessionFolder(session), /^[0-9a-f]{12}$/.test(run) ? run : 'none');
      const gone = new AxonError('not-found', 'That result is not kept any more, or never was.', 'Run the program again.');
      const index = indexSchema.safeParse(await readJson(path.join(own, indexName)));
      const entry = index.success ? index.data.files.find((each) => each.name === name) : undefined;
      if (!entry) throw gone;
      const bytes = await readFile(path.join(own, entry.sha256)).catch(() => undefined);
      if (!bytes || sha256(bytes) !== entry.sha256) throw gone;
      return { name, bytes };
    },

    async forget(session) {
      await rm(sessionFolder(session), { recursive: true, force: true });
    },
  };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined; // Told as not found.
  }
}

/** Removes the oldest runs until the rest is small enough; never the one that was just made. */
async function trim(folder: string, newest: string): Promise<void> {
  const runs: { readonly place: string; readonly at: number; readonly bytes: number }[] = [];
  for (const session of await namesIn(folder)) {
    for (const run of await namesIn(path.join(folder, session))) {
      const place = path.join(folder, session, run);
      const sizes = await Promise.all((await namesIn(place)).map(async (name) => stat(path.join(place, name)).catch(() => undefined)));
      runs.push({ place, at: Math.max(0, ...sizes.map((each) => each?.mtimeMs ?? 0)), bytes: sizes.reduce((sum, each) => sum + (each?.size ?? 0), 0) });
    }
  }
  let total = runs.reduce((sum, each) => sum + each.bytes, 0);
  for (const { place, bytes } of runs.sort((a, b) => a.at - b.at)) {
    if (total <= mostBytes) return;
    if (place === newest) continue;
    await rm(place, { recursive: true, force: true });
    total -= bytes;
  }
}

/** Another window may have removed it in the meantime. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
