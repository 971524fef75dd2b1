import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { contextHash, contextLabel } from '../../../src/sandbox/image-context.js';
import { contextFolder, imageName } from './open-sandbox.js';

/**
 * Gives another engine what Python needs of the real image, under its name and with its label: the same shells watch over
 * the program. All of it would take ten times as long.
 */
export async function copyImage(from: string, to: string): Promise<void> {
  const script = path.resolve('test/docker/lib/slim-image.py');
  const label = `LABEL ${contextLabel}=${await contextHash(contextFolder)}`;
  const copy = 'docker -H "$1" run --rm -i --user 0 --network none --entrypoint python3 "$3" - < "$4" | docker -H "$2" import --change "$5" - "$3"';
  await promisify(execFile)('bash', ['-o', 'pipefail', '-c', copy, 'bash', from, to, imageName, script, label]);
}
