import { readdir, readFile } from 'node:fs/promises';

/** The name of the variable that marks what a test run starts, however far it is detached. */
export const markName = 'AXON_TEST_RUN';

/**
 * Ends every process that carries this run's mark, and says which there were: a test that leaves one behind has a bug.
 * Linux only; elsewhere nothing is found.
 *
 * @param {string} mark the value that this run gave to its children
 * @returns {Promise<string[]>} the command lines of what was ended
 */
export async function endLeftovers(mark) {
  const ended = [];
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (!environment.split('\0').includes(`${markName}=${mark}`)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    try {
      process.kill(Number(pid), 'SIGKILL');
      ended.push(command.replaceAll('\0', ' ').trim().slice(0, 200));
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
  return ended;
}

/** Caches of npm and Node, sockets of the editor, and what a browser that was ended leaves: not ours to remove. */
const others = /^(?:vscode-|node-compile-cache|v8-compile-cache|\.?org\.chromium\.|com\.google\.Chrome|playwright)/;

/**
 * What the tests of a run left in its temporary folder. Nothing should be: a folder a run adds up to hundreds.
 *
 * @param {string} folder
 * @returns {Promise<string[]>} the beginnings of the names, as `axon-rules-… (3)`
 */
export async function leftFiles(folder) {
  const names = (await readdir(folder)).filter((name) => !others.test(name));
  const beginnings = Object.groupBy(names, (name) => name.replace(/[-.][^-.]*$/, ''));
  return Object.entries(beginnings).map(([beginning, alike = []]) => `${beginning}-… (${alike.length})`).sort();
}
