import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listZip, readZip } from '../../scripts/lib/list-zip.mjs';
import { buildPackage, packagePath } from '../../scripts/package.mjs';
import { runCli, writeKeyFile } from '../fixtures/audit/cli.js';
import { event, key, LogFolder } from '../fixtures/audit/open-log.js';

/** The whole of what may be shipped; anything else is a mistake. */
const allowed = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/package\.json$/,
  /^extension\/(?:readme|changelog|SECURITY)\.md$/i,
  /^extension\/LICENSE(?:\.txt)?$/,
  /^extension\/dist\/(?:extension|cli|part-\w+)\.js$/,
  /^extension\/dist\/vendor\/[\w-]+\.(?:js|wasm)$/,
  /^extension\/dist\/webview\/[\w-]+\.(?:js|css|ttf)$/,
  /^extension\/media\/[\w./-]+$/,
];
const required = ['package.json', 'readme.md', 'changelog.md', 'security.md', 'dist/extension.js', 'dist/cli.js', 'dist/webview/chat.js', 'dist/vendor/undici.js', 'dist/vendor/html-worker.js', 'dist/vendor/sql-wasm.wasm', 'media/sandbox/dockerfile'];

describe('the package', () => {
  let bytes: Buffer;
  let names: string[] = [];
  let size = 0;

  beforeAll(async () => {
    const file = await packagePath();
    const present = await stat(file).catch(() => undefined);
    if (!present) await buildPackage();
    bytes = await readFile(file);
    size = bytes.length;
    names = listZip(bytes);
  }, 120_000);

  it('holds nothing but what is listed here', () => {
    expect(names.filter((name) => !allowed.some((pattern) => pattern.test(name)))).toEqual([]);
  });

  it('holds each file that the extension needs', () => {
    const present = new Set(names.map((name) => name.toLowerCase()));
    expect(required.filter((name) => !present.has(`extension/${name}`))).toEqual([]);
  });

  it('holds a licence', () => {
    expect(names.filter((name) => name.startsWith('extension/LICENSE'))).toHaveLength(1);
  });

  it('is smaller than 3 MB', () => {
    expect(size).toBeLessThan(3_000_000);
  });

  describe('the program axon out of it, in a folder with nothing else', () => {
    let folder: string;
    let keyFolder: string;
    const logs = new LogFolder();
    const axon = (...args: readonly string[]) => runCli(path.join(folder, 'dist', 'cli.js'), ['audit', ...args], { cwd: folder });

    beforeAll(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'axon-auditor-'));
      mkdirSync(path.join(folder, 'dist', 'vendor'), { recursive: true });
      for (const name of ['cli.js', 'vendor/sql-js.js', 'vendor/sql-wasm.wasm']) writeFileSync(path.join(folder, 'dist', name), readZip(bytes, `extension/dist/${name}`));
      const written = writeKeyFile(key);
      keyFolder = written.folder;
      writeFileSync(path.join(folder, 'audit.key'), readFileSync(written.file));
      const log = await logs.open({ limits: { journalEvents: 5 } });
      for (let n = 1; n <= 12; n += 1) await log.append(event(n));
      await log.fold();
      await log.exportBundle(path.join(folder, 'bundle.tar.gz'));
      await log.dispose();
    });
    afterAll(async () => {
      await logs.dispose();
      for (const each of [folder, keyFolder]) rmSync(each, { recursive: true, force: true });
    });

    it('[P15] finds a bundle whole, and no byte of it different from what it was', async () => {
      expect(await axon('verify', 'bundle.tar.gz', '--key-file', 'audit.key')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('The audit log is WHOLE') as string });
      expect(readdirSync(folder).sort()).toEqual(['audit.key', 'bundle.tar.gz', 'dist']);
    });

    it('[P15] finds a changed byte in a copied folder, and says where', async () => {
      const [name = ''] = readdirSync(logs.path('segments'));
      const file = logs.path('segments', name);
      writeFileSync(file, readFileSync(file, 'latin1').replace('a7.txt', 'b7.txt'), 'latin1');
      const { code, out } = await axon('verify', logs.folder, '--key-file', 'audit.key');
      expect(code).toBe(1);
      expect(out).toMatch(/The event at position 7 in segments\/.*is not what was written/);
    });

    it('writes the events as a table', async () => {
      const { code, out } = await axon('export', 'bundle.tar.gz', '--key-file', 'audit.key', '--format', 'csv');
      expect(code).toBe(0);
      expect(out.trim().split('\r\n')).toHaveLength(13);
    });

    it('ends with 2 and a sentence where it can\'t check', async () => {
      expect(await axon('verify', 'bundle.tar.gz')).toMatchObject({ code: 2, err: expect.stringContaining('--key-file is missing') as string });
    });
  });
});
