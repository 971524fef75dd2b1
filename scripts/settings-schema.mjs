/** Writes the settings that hold lists of the user's own into package.json, from the schemas they are checked with. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { toJSONSchema } from 'zod/mini';
import { loadSource } from '../bench/lib/load-source.mjs';
import { root } from './lib/project.mjs';
import { settingsSchemas } from './lib/settings-schemas.mjs';

const file = path.join(root, 'package.json');
const schemas = { rule: await loadSource('src/policy/rules/rule.ts'), entry: await loadSource('src/policy/command/entry-schema.ts') };
const manifest = JSON.parse(await readFile(file, 'utf8'));
Object.assign(manifest.contributes.configuration.properties, settingsSchemas(schemas, toJSONSchema));
await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
