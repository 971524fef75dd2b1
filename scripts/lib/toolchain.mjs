/**
 * Where the scripts keep what they install for themselves (Node 24, a VS Code server, a private Docker engine). It is
 * shared by every checkout on the machine; names carry versions, so an update never meets an old install.
 */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { withLock } from './lock.mjs';

/** @returns {string} absolute; it need not exist yet */
export function toolchainFolder() {
  const { AXON_TOOLCHAIN, XDG_CACHE_HOME } = process.env;
  if (AXON_TOOLCHAIN) return path.resolve(AXON_TOOLCHAIN);
  return path.join(XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'axon-toolchain');
}

/**
 * The folder `name` of the toolchain, made by `install` the first time. It appears under its name only when the install
 * is whole, so a killed run is simply repeated; two runs at once wait for one another.
 *
 * @param {string} name with the version in it
 * @param {(folder: string) => Promise<void>} install fills an empty folder
 * @returns {Promise<string>} the absolute path
 */
export async function installed(name, install) {
  const target = path.join(toolchainFolder(), name);
  if (await exists(target)) return target;
  return withLock(`${target}.lock`, async () => {
    if (await exists(target)) return target;
    const partial = `${target}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await install(partial);
    await rename(partial, target);
    return target;
  });
}

/** @param {string} file @returns {Promise<boolean>} */
export async function exists(file) {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/**
 * Looks for a program the way a shell does.
 * @param {string} name @returns {Promise<string | undefined>} its absolute path
 */
export async function onPath(name) {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    if (folder === '') continue;
    const entries = await readdir(folder).catch(() => []);
    const hit = extensions.map((extension) => name + extension).find((file) => entries.includes(file));
    if (hit) return path.join(folder, hit);
  }
  return undefined;
}
