import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { toJSONSchema } from 'zod/mini';
import { settingsSchemas } from '../../../scripts/lib/settings-schemas.mjs';
import * as entry from '../../../src/policy/command/entry-schema.js';
import * as rule from '../../../src/policy/rules/rule.js';

interface Manifest {
  readonly contributes: { readonly configuration: { readonly properties: Readonly<Record<string, unknown>> } };
}

it('the settings with rules and commands are described as they are checked (node scripts/settings-schema.mjs writes them)', async () => {
  const { contributes } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as Manifest;
  const { properties } = contributes.configuration;
  const made = JSON.parse(JSON.stringify(settingsSchemas({ rule, entry }, toJSONSchema))) as Record<string, unknown>;
  expect(Object.keys(made)).toEqual(['axon.policy.rules', 'axon.commands.allowed']);
  for (const [name, schema] of Object.entries(made)) expect(properties[name]).toEqual(schema);
});

it('every setting belongs to the person or the machine', async () => {
  const { contributes } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as Manifest;
  const scopes = Object.entries(contributes.configuration.properties).map(([name, property]) => [name, (property as { scope?: string }).scope] as const);
  expect(scopes.filter(([, scope]) => scope !== 'application' && scope !== 'machine')).toEqual([]);
});
