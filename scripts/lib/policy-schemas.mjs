/**
 * The JSON schemas of rules, for completion, hover and validation in the editor, made from the schemas that the rules are
 * checked with. What no JSON schema can say (unique ids, globs, a rule's own tests) the extension marks by itself.
 */

const snippets = [
  {
    label: 'Keep a folder from being changed',
    description: 'Denies writing in a folder and all below.',
    body: { id: '${1:no-infra}', match: { paths: ['${2:infra}/**'], access: 'write' }, verdict: 'deny', reason: '${3:Changed by the platform team only.}', tests: { match: ['${2:infra}/main.tf'], notMatch: ['src/${4:index.ts}'] } },
  },
  {
    label: 'Refuse a command',
    description: 'Denies every command that begins with these words.',
    body: { id: '${1:no-publish}', match: { command: ['${2:npm publish}'] }, verdict: 'deny', reason: '${3:Releases are made by the pipeline.}', tests: { match: ['${2:npm publish} --tag next'], notMatch: ['npm test'] } },
  },
  {
    label: 'Ask for a host each time',
    description: 'No session permission covers these hosts.',
    body: { id: '${1:ask-for-wiki}', match: { hosts: ['${2:wiki.example.com}'] }, verdict: 'ask', reason: '${3:Internal pages: look at the address first.}' },
  },
  {
    label: 'Refuse a tool',
    description: 'Denies every call of a tool.',
    body: { id: '${1:no-code}', tool: '${2:code_execute}', verdict: 'deny', reason: '${3:Nothing is executed here.}' },
  },
];

/** Only the user's rules may allow. */
const allowing = {
  label: 'Allow a command without being asked',
  description: 'Allows exactly these words, in the workspace folder itself, as long as nothing from outside was read.',
  body: { id: '${1:status}', match: { command: ['${2:git status}'] }, verdict: 'allow', reason: '${3:It only reads.}', tests: { match: ['${2:git status}'], notMatch: ['${2:git status} --porcelain'] } },
};

/**
 * @param {{ policyFileSchema: any, userRulesSchema: any }} schemas
 * @param {(schema: any, options: object) => any} toJSONSchema zod's
 * @returns {{ file: object, rules: object }} for `.axon/policy.json`, and for the setting `axon.policy.rules`
 */
export function policySchemas({ policyFileSchema, userRulesSchema }, toJSONSchema) {
  const made = (schema) => toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  const file = made(policyFileSchema);
  file.properties.rules.items.defaultSnippets = snippets;
  const rules = made(userRulesSchema);
  rules.items.defaultSnippets = [allowing, ...snippets];
  return {
    file: {
      $schema: file.$schema,
      title: 'Axon policy of a workspace',
      description: 'Rules for coding agents in this workspace. They can only tighten what the person allows; while this file is broken, everything is refused.',
      ...file,
      defaultSnippets: [{ label: 'Policy with one rule', body: { version: 1, rules: [snippets[0].body] } }],
      allowComments: false,
      allowTrailingCommas: false,
    },
    rules: { $schema: rules.$schema, title: 'Axon rules', description: 'Your own rules. While one is broken, everything is refused.', ...rules },
  };
}
