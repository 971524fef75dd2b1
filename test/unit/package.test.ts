import { readFile, stat } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { listZip } from '../../scripts/lib/list-zip.mjs';
import { buildPackage, packagePath } from '../../scripts/package.mjs';

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
  let names: string[] = [];
  let size = 0;

  beforeAll(async () => {
    const file = await packagePath();
    const present = await stat(file).catch(() => undefined);
    if (!present) await buildPackage();
    const bytes = await readFile(file);
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
});
