/** Writes media/policy.schema.json and media/policy-rules.schema.json from the schemas in src/policy/rules/rule.ts. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { toJSONSchema } from 'zod/mini';
import { loadSource } from '../bench/lib/load-source.mjs';
import { policySchemas } from './lib/policy-schemas.mjs';
import { root } from './lib/project.mjs';

const { file, rules } = policySchemas(await loadSource('src/policy/rules/rule.ts'), toJSONSchema);
await writeFile(path.join(root, 'media', 'policy.schema.json'), `${JSON.stringify(file, null, 2)}\n`);
await writeFile(path.join(root, 'media', 'policy-rules.schema.json'), `${JSON.stringify(rules, null, 2)}\n`);
