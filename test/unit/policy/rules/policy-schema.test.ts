import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { toJSONSchema } from 'zod/mini';
import { policySchemas } from '../../../../scripts/lib/policy-schemas.mjs';
import * as schemas from '../../../../src/policy/rules/rule.js';

const committed = async (name: string): Promise<unknown> => JSON.parse(await readFile(`media/${name}`, 'utf8'));

describe('the published JSON schemas of rules', () => {
  it('are those that rules are checked with (node scripts/policy-schema.mjs writes them)', async () => {
    const { file, rules } = policySchemas(schemas, toJSONSchema);
    expect(await committed('policy.schema.json')).toEqual(JSON.parse(JSON.stringify(file)));
    expect(await committed('policy-rules.schema.json')).toEqual(JSON.parse(JSON.stringify(rules)));
  });

  it('offer no permission in a workspace’s file', async () => {
    expect(JSON.stringify(await committed('policy.schema.json'))).not.toContain('"allow"');
    expect(JSON.stringify(await committed('policy-rules.schema.json'))).toContain('"allow"');
  });
});
