import { build } from 'esbuild';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

describe('tools', () => {
  it('[P3] reach no file, socket, process, engine or editor, not even through what they import', async () => {
    const { metafile } = await build({
      entryPoints: [path.join(root, 'src/tools/all-tools.ts')], bundle: true, write: false, metafile: true, platform: 'node', format: 'esm', absWorkingDir: root,
      external: ['vscode', 'undici', 'dockerode', 'sql.js', 'web-tree-sitter', 'openai', '@anthropic-ai/sdk'],
    });
    const reached = Object.values(metafile.inputs).flatMap((input) => input.imports.filter((each) => each.external).map((each) => each.path));
    // Hashing and path arithmetic have no authority.
    expect([...new Set(reached)].filter((each) => !/^(?:node:)?(?:crypto|path(?:\/posix|\/win32)?)$/.test(each))).toEqual([]);
    expect(Object.keys(metafile.inputs).length).toBeGreaterThan(8);
  });

  it('[P1] are run by the gate alone: nothing else calls a tool', async () => {
    const files = (await readdir(path.join(root, 'src'), { recursive: true })).filter((file) => file.endsWith('.ts'));
    const callers: string[] = [];
    for (const file of files) {
      const text = await readFile(path.join(root, 'src', file), 'utf8');
      if (/\btool\.run\(/.test(text)) callers.push(file);
    }
    expect(callers).toEqual(['gate/gate.ts']);
  });
});

describe('settings', () => {
  it('[P7] are all of application or machine scope, so that no workspace can change one', async () => {
    const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { contributes: { configuration: { properties: Record<string, { scope?: string }> } } };
    const properties = Object.entries(manifest.contributes.configuration.properties);
    expect(properties.length).toBeGreaterThan(5);
    expect(properties.filter(([, each]) => each.scope !== 'application' && each.scope !== 'machine').map(([name]) => name)).toEqual([]);
  });
});

describe('the house', () => {
  it('[P8] has no telemetry: neither the editor’s nor one of its own', async () => {
    const files = (await readdir(path.join(root, 'src'), { recursive: true })).filter((file) => file.endsWith('.ts'));
    const found: string[] = [];
    for (const file of files) {
      const text = await readFile(path.join(root, 'src', file), 'utf8');
      if (/createTelemetryLogger|applicationinsights|sendBeacon|isTelemetryEnabled/i.test(text)) found.push(file);
    }
    expect(found).toEqual([]);
  });
});
