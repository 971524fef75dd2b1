import { setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import { launchBrowser } from './browser.mjs';
import { exists } from './toolchain.mjs';
import { startHost } from './vscode-host.mjs';

/** The editor in a browser saves by itself a second after the last key; the one on the desktop waits to be told. */
const desktopSettings = { 'files.autoSave': 'off' };

/**
 * Runs a script inside a real extension host, with the real `vscode` API. The script exports `run(): Promise<void>`.
 *
 * @param {object} options
 * @param {string} options.extension absolute path of the extension under development
 * @param {string} options.script absolute path of a CommonJS file
 * @param {string} [options.workspace] absolute path of a folder or a `.code-workspace` file; without one, the window is empty
 * @param {{ workspace: string, when: string }} [options.beside] a second window on the same profile, opened as soon as the file `when` is there; it runs the script as well, and nobody waits for its end
 * @param {NodeJS.ProcessEnv} [options.env] what the extension host sees on top
 * @param {Record<string, unknown>} [options.settings]
 * @param {string} [options.companion] a folder to link as an installed extension beside it
 * @param {number} [options.timeout] milliseconds
 * @returns {Promise<{ code: number, log: string }>} 0 when `run` fulfilled; 124 when it took too long
 */
export async function runInHost({ extension, script, workspace, beside, env, settings, companion, timeout = 240_000 }) {
  const host = await startHost({ workspace, testDriver: true, ...(env && { env }), settings: { ...desktopSettings, ...settings }, ...(companion && { extension: companion }) });
  let browser;
  let log = '';
  try {
    browser = await launchBrowser();
    // One browser profile, as the windows of one editor have: the editor keeps its secrets there.
    const context = await browser.newContext();
    const remote = (file) => `vscode-remote://127.0.0.1:${host.port}${file}`;
    const payload = /** @type {const} */ ([['extensionDevelopmentPath', remote(extension)], ['extensionTestsPath', remote(script)], ['skipWelcome', 'true'], ['skipReleaseNotes', 'true']]);
    const open = async (folder, onExit) => {
      const page = await context.newPage();
      await page.exposeFunction('codeAutomationLog', (_type, args) => void (log += `${format(...args)}\n`));
      await page.exposeFunction('codeAutomationExit', onExit);
      await page.goto(host.url(payload, folder), { timeout: 120_000 });
    };
    const openBeside = async ({ workspace: other, when }) => {
      while (!(await exists(when))) {
        if (!browser?.isConnected()) return;
        await sleep(100);
      }
      await open(other, () => undefined);
    };
    const code = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(124), timeout);
      const begun = open(workspace, (status) => (clearTimeout(timer), resolve(status)));
      begun.then(() => beside && openBeside(beside)).catch(reject);
    });
    return { code, log };
  } finally {
    await browser?.close();
    await host.stop();
  }
}
