import { policySchemas } from './policy-schemas.mjs';

/**
 * The settings that hold lists of the user's own, as package.json has them.
 *
 * @param {object} schemas
 * @param {typeof import('../../src/policy/rules/rule.js')} schemas.rule
 * @param {typeof import('../../src/policy/command/entry-schema.js')} schemas.entry
 * @param {typeof import('zod/mini').toJSONSchema} toJSONSchema
 * @returns {Record<string, object>}
 */
export function settingsSchemas({ rule, entry }, toJSONSchema) {
  const { items, maxItems } = policySchemas(rule, toJSONSchema).rules;
  return {
    'axon.policy.rules': {
      type: 'array',
      default: [],
      scope: 'application',
      maxItems,
      items,
      markdownDescription:
        'Your own rules: what is refused, what asks, and what of that which could be allowed for a session needs no question. The strictest rule counts. While one is broken, everything is refused. **Axon: Test Policy…** tries them. A workspace has rules in `.axon/policy.json`, which can only tighten.',
    },
    'axon.commands.allowed': {
      type: 'array',
      default: [],
      scope: 'application',
      items: inShort(toJSONSchema(entry.userEntrySchema, { target: 'draft-7', io: 'input' })),
      markdownDescription:
        'Commands of your own, beside those that Axon lists. Each still asks, every time. **Axon: Allow a Command Here…** writes the narrowest entry for a command that was refused. An entry whose own examples fail counts for nothing.',
    },
  };
}

/** What a value may be is long and said many times over; the extension tells of mistakes there by itself. */
function inShort({ type, properties, required, additionalProperties }) {
  const whole = ['words', 'in', 'about', 'effect', 'match', 'notMatch'];
  const short = Object.entries(properties).map(([name, { description, ...schema }]) => {
    const said = description === undefined ? {} : { description };
    return [name, whole.includes(name) ? { ...schema, ...said } : said];
  });
  return { type, properties: Object.fromEntries(short), required, additionalProperties };
}
