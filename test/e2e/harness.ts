import { cp, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect } from 'vitest';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../../scripts/lib/browser.mjs';
import { outputFolder, root } from '../../scripts/lib/project.mjs';
import { startHost } from '../../scripts/lib/vscode-host.mjs';
import { buildPackage, packagePath } from '../../scripts/package.mjs';

export type Theme = 'Default Dark Modern' | 'Default Light Modern' | 'Default High Contrast' | 'Default High Contrast Light';

export interface EditorOptions {
  /** User settings on top of quiet ones. */
  settings?: Record<string, unknown>;
  /** What the extension host sees on top of this process's environment. */
  env?: NodeJS.ProcessEnv;
  theme?: Theme;
  /** true: VS Code asks whether the folder is trusted. */
  trust?: boolean;
  /** Copied as the workspace; the sample project if absent. */
  fixture?: string;
  /** In CSS pixels; 1280 by 800 if absent. */
  viewport?: { width: number; height: number };
}

/** One VS Code in a browser, with the packaged extension installed and a workspace of its own. */
export interface Editor {
  page: Page;
  /** Absolute path of the workspace; it goes with the editor. */
  workspace: string;
  /** Requests of the page that failed, as `METHOD URL reason`; nothing of ours should be here. */
  failedRequests: string[];
  /** Hosts other than the server that the page asked for. Webviews name `*.vscode-cdn.net`, which their service worker answers itself. */
  foreignHosts: string[];
  /** What the server printed so far. */
  serverLog(): string;
  /** Opens the Axon view, and waits until its page has a root with content. */
  openChat(): Promise<FrameLocator>;
  /** The page of the Axon view that is open. */
  chat(): FrameLocator;
  /** Runs a command by its title in the palette, by clicking its row. */
  command(title: string): Promise<void>;
  /** A notification that contains the text. */
  notification(text: string | RegExp): Locator;
  /** Writes test-output/screenshots/NAME.png and gives its path. */
  screenshot(name: string): Promise<string>;
  /** Loads the page again, once the editor has written down its tabs as it does when its window is left. */
  reload(): Promise<void>;
  /** Ends the editor as kill -9 does, with all its processes, and starts it again on the same profile. */
  killAndReopen(): Promise<void>;
  /** Ends the browser and the server, and removes the workspace; twice is harmless. */
  close(): Promise<void>;
}

/** Starts an editor on the packaged extension; it is packed first when no package of this version lies there. */
export async function openEditor(options: EditorOptions = {}): Promise<Editor> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'e2e-'));
  const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })];
  const close = async () => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    const workspace = path.join(folder, 'workspace');
    await cp(options.fixture ?? path.join(root, 'test/fixtures/sample-workspace'), workspace, { recursive: true });
    const settings = { 'workbench.colorTheme': options.theme ?? 'Default Dark Modern', ...options.settings };
    const start = async (port: number) => startHost({ vsix: await packaged(), workspace, settings, trust: options.trust ?? false, env: options.env ?? {}, profile: path.join(folder, 'user'), port });
    let host = await start(0);
    undo.push(() => host.stop());
    const browser: Browser = await launchBrowser();
    undo.push(() => browser.close());
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1280, height: 800 } });
    const failedRequests: string[] = [];
    page.on('requestfailed', (request) => failedRequests.push(`${request.method()} ${request.url().slice(0, 200)} ${request.failure()?.errorText ?? ''}`));
    const foreignHosts: string[] = [];
    page.on('request', (request) => {
      const { host: name } = new URL(request.url());
      if (name !== '' && name !== `127.0.0.1:${host.port}` && !foreignHosts.includes(name)) foreignHosts.push(name);
    });
    const show = async () => {
      await page.goto(host.url(), { timeout: 120_000 });
      await page.locator('.activitybar').waitFor({ timeout: 60_000 });
    };
    const killAndReopen = async () => {
      await host.kill();
      await page.goto('about:blank');
      // The same address, for the browser keeps the editor's secrets by it.
      host = await start(host.port);
      await show();
    };
    await show();
    return { page, workspace, failedRequests, foreignHosts, serverLog: () => host.log(), killAndReopen, close, ...actions(page) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Leaves a picture of the editor in test-output/screenshots/ for each test of the calling file that fails. */
export function pictureFailures(current: () => Editor | undefined): void {
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await current()?.screenshot(`failed-${task.name.replaceAll(/\W+/g, '-').slice(0, 80)}`);
  });
}

async function packaged(): Promise<string> {
  const file = await packagePath();
  const present = await stat(file).catch(() => undefined);
  return present ? file : buildPackage();
}

function actions(page: Page): Pick<Editor, 'openChat' | 'chat' | 'command' | 'notification' | 'screenshot' | 'reload'> {
  const chat = () => page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  return {
    chat,
    openChat: async () => {
      const icon = page.locator('.activitybar a.action-label[aria-label^="Axon"]');
      await icon.waitFor({ timeout: 60_000 });
      const open = await page.locator('iframe.webview.ready').count();
      if (open === 0) await icon.click();
      await chat().locator('#root > *').first().waitFor({ timeout: 90_000 });
      return chat();
    },
    command: async (title) => {
      await page.keyboard.press('F1');
      const input = page.locator('.quick-input-widget input[type="text"]').first();
      await input.waitFor();
      await input.fill(`>${title}`);
      // Enter right after typing can hit the row that was first before: the row itself is clicked.
      await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
    },
    reload: async () => {
      await expect.poll(async () => {
        await page.evaluate(leaveWindow);
        return page.evaluate<string>(keptTabs);
      }, { timeout: 30_000, interval: 500 }).toContain('axon.audit');
      await page.reload();
    },
    notification: (text) => page.locator('.notification-toast', { hasText: text }),
    screenshot: async (name) => {
      const file = path.join(outputFolder, 'screenshots', `${name}.png`);
      await mkdir(path.dirname(file), { recursive: true });
      await page.screenshot({ path: file });
      return file;
    },
  };
}

/** In the page: what a click on the browser's own buttons does and `page.reload()` doesn't. The editor writes its state down then. */
const leaveWindow = `for (const [focus, event] of [[true, 'focus'], [false, 'blur']]) {
  document.hasFocus = () => focus;
  window.dispatchEvent(new Event(event));
}`;

/** In the page: the open tabs as they lie in the browser's storage, where the next load finds them. */
const keptTabs = `(async () => {
  const result = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
  let text = '';
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db-')) continue;
    const database = await result(indexedDB.open(name));
    text += await result(database.transaction('ItemTable').objectStore('ItemTable').get('memento/workbench.parts.editor')) ?? '';
    database.close();
  }
  return text;
})()`;
