import { ensureChromium } from './system-packages.mjs';

/** It runs as root in CI, without a screen, and must not talk to anybody but the server under test. */
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** @returns {Promise<import('playwright-core').Browser>} a headless Chromium; the caller closes it */
export async function launchBrowser() {
  const executablePath = await ensureChromium();
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath, headless: true, args: flags });
}
