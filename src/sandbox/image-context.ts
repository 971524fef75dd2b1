import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The files in media/sandbox that the image is built from. */
export const contextFiles = ['Dockerfile', 'run.sh', 'job.sh', 'run-javascript.cjs', 'axon_figures.py'] as const;

/** The label that tells from which files an image was built, so that one of an older version is not mistaken for ours. */
export const contextLabel = 'dev.axon.sandbox.context';

/** SHA-256 (hex) over the names and contents of the files. */
export async function contextHash(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of contextFiles) {
    const content = await readFile(path.join(folder, name));
    hash.update(`${name} ${content.byteLength}\n`).update(content);
  }
  return hash.digest('hex');
}
