import { format } from 'node:util';
import { launchBrowser } from './browser.mjs';
import { startHost } from './vscode-host.mjs';

/**
 * Runs a script inside a real extension host, with the real `vscode` API. The script exports `run(): Promise<void>`.
 *
 * @param {object} options
 * @param {string} options.extension absolute path of the extension under development
 * @param {string} options.script absolute path of a CommonJS file
 * @param {string} [options.workspace] absolute path of a folder or a `.code-workspace` file; without one, the window is empty
 * @param {NodeJS.ProcessEnv} [options.env] what the extension host sees on top
 * @param {Record<string, unknown>} [options.settings]
 * @param {string} [options.companion] a folder to link as an installed extension beside it
 * @param {number} [options.timeout] milliseconds
 * @returns {Promise<{ code: number, log: string }>} 0 when `run` fulfilled; 124 when it took too long
 */
export async function runInHost({ extension, script, workspace, env, settings, companion, timeout = 240_000 }) {
  const host = await startHost({ workspace, testDriver: true, ...(env && { env }), ...(settings && { settings }), ...(companion && { extension: companion }) });
  let browser;
  let log = '';
  try {
    browser = await launchBrowser();
    const page = await browser.newPage();
    const remote = (file) => `vscode-remote://127.0.0.1:${host.port}${file}`;
    const payload = /** @type {const} */ ([['extensionDevelopmentPath', remote(extension)], ['extensionTestsPath', remote(script)], ['skipWelcome', 'true'], ['skipReleaseNotes', 'true']]);
    await page.exposeFunction('codeAutomationLog', (_type, args) => void (log += `${format(...args)}\n`));
    const code = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(124), timeout);
      page.exposeFunction('codeAutomationExit', (status) => (clearTimeout(timer), resolve(status))).then(() => page.goto(host.url(payload))).catch(reject);
    });
    return { code, log };
  } finally {
    await browser?.close();
    await host.stop();
  }
}
