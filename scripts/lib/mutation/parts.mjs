import { globSync, statSync } from 'node:fs';

/**
 * What mutation testing breaks, and which tests have to notice. Lists that are data (what may be run, which files are
 * secret, which names are local) are left out: their rows are tried one by one by the attack collections. Those are no
 * tests here, for they take seconds each time and start real programs, which a broken guard should not choose.
 *
 * @typedef {object} Part
 * @property {string} name
 * @property {string} folder a path that `--only` may name, or a part of
 * @property {readonly string[]} mutate globs
 * @property {readonly string[]} tests globs
 */

const unit = (folder) => `test/unit/${folder}/**/*.test.ts`;
const policy = (name, data = [], more = []) => ({
  name,
  folder: `src/policy/${name}`,
  mutate: [`src/policy/${name}/**/*.ts`, ...data.map((file) => `!src/policy/${name}/${file}.ts`)],
  tests: [unit(`policy/${name}`), ...more],
});

/** @type {readonly Part[]} */
export const parts = [
  { name: 'gate', folder: 'src/gate', mutate: ['src/gate/**/*.ts'], tests: [unit('gate')] },
  {
    name: 'policy',
    folder: 'src/policy',
    mutate: ['src/policy/*.ts'],
    tests: ['test/unit/policy/*.test.ts', unit('gate'), 'test/property/decision.test.ts'],
  },
  policy('path', ['config-as-code', 'sensitive-files']),
  policy('url', ['bad-ports', 'local-names']),
  policy('rules', [], ['test/unit/policy/engine.test.ts', 'test/unit/workspace/files-rules.test.ts']),
  policy('command'),
  {
    name: 'approval',
    folder: 'src/protocol',
    mutate: ['exact-lines', 'exact-text', 'lookalike', 'arguments'].map((name) => `src/protocol/${name}.ts`),
    // Not the rendering attacks: they need a browser, anew for each mistake.
    tests: [unit('protocol')],
  },
  {
    name: 'cards',
    folder: 'src/agent',
    mutate: ['src/agent/call-item.ts'],
    tests: ['test/unit/agent/call-item.test.ts'],
  },
  {
    name: 'surfaces',
    folder: 'src/vscode',
    mutate: ['src/vscode/approval-text.ts'],
    tests: ['test/unit/vscode/approval-text.test.ts'],
  },
];

/**
 * @param {string | undefined} only a folder or a file, from the project's root
 * @returns {readonly Part[]} the parts below it; or the one that it is in, narrowed to it
 */
export function partsBelow(only) {
  if (only === undefined) return parts;
  const wanted = only.replace(/\/+$/, '');
  const within = (inner, outer) => inner === outer || inner.startsWith(`${outer}/`);
  const below = parts.filter(({ folder }) => within(folder, wanted));
  if (below.length > 0) return below;
  const around = parts.filter(({ folder }) => within(wanted, folder)).sort((a, b) => b.folder.length - a.folder.length)[0];
  if (!around) return [];
  const data = around.mutate.filter((glob) => glob.startsWith('!'));
  return [{ ...around, mutate: [wanted.endsWith('.ts') ? wanted : `${wanted}/**/*.ts`, ...data] }];
}

/**
 * @param {readonly Part[]} among
 * @param {number} share from 1
 * @param {number} shares
 * @returns {readonly Part[]} with about as much to break in each share; a part of which nothing falls to the share is left out
 */
export function shareOf(among, share, shares) {
  if (shares === 1) return among;
  return among.flatMap((part) => {
    const left = new Set(part.mutate.filter((glob) => glob.startsWith('!')).flatMap((glob) => globSync(glob.slice(1))));
    const files = globSync(part.mutate.filter((glob) => !glob.startsWith('!'))).filter((file) => !left.has(file));
    const sizes = new Map(files.map((file) => [file, statSync(file).size]));
    const dealt = files.sort((a, b) => sizes.get(b) - sizes.get(a) || (a < b ? -1 : 1)).filter((_, index) => index % shares === share - 1);
    return dealt.length === 0 ? [] : [{ ...part, mutate: dealt }];
  });
}
