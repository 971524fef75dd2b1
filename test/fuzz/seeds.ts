import shellCorpus from '../attacks/corpus/shell.jsonl';
import { whitelist } from '../../src/policy/command/whitelist.js';
import { layout } from './layout.js';

interface CorpusRow {
  readonly command: string;
  readonly expect: string;
}

const rows = shellCorpus
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as CorpusRow)
  .map(({ command, expect }) => ({ expect, command: command.replaceAll('${workspace}', layout.workspace).replaceAll('${outside}', layout.outside) }));

/** What mutations start from. */
export const seeds = {
  matching: whitelist.flatMap((entry) => entry.match),
  notMatching: whitelist.flatMap((entry) => entry.notMatch),
  permitted: rows.filter((row) => row.expect === 'permitted').map((row) => row.command),
  attacks: rows.filter((row) => row.expect !== 'permitted').map((row) => row.command),
} as const;

/** Every flag of every entry: a flag of one program may mean something else to another. */
export const allFlags = [...new Set(seeds.matching.concat(seeds.notMatching, seeds.attacks).flatMap((command) => command.match(/(?<=\s)--?[A-Za-z][\w-]*/g) ?? []))];
