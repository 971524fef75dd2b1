/** What Stryker found out, counted and put into words. */

const counted = { Killed: 'killed', Timeout: 'timedOut', Survived: 'survived', NoCoverage: 'untested', RuntimeError: 'untried' };

/**
 * @typedef {object} Count
 * @property {number} killed
 * @property {number} timedOut a mistake that makes the code run for ever counts as noticed
 * @property {number} survived
 * @property {number} untested no test so much as ran the code
 * @property {number} untried the tests could not be run with this mistake at all; not part of the score
 */

/** @returns {Count} */
export const noMutants = () => ({ killed: 0, timedOut: 0, survived: 0, untested: 0, untried: 0 });

/** @param {Count} sum @param {Count} more @returns {Count} */
export const add = (sum, more) => Object.fromEntries(Object.keys(sum).map((key) => [key, sum[key] + more[key]]));

/** @param {Count} count @returns {number} percent of the mistakes that were noticed */
export function score({ killed, timedOut, survived, untested }) {
  const all = killed + timedOut + survived + untested;
  return all === 0 ? 100 : (100 * (killed + timedOut)) / all;
}

/**
 * @param {{ files: Record<string, { source: string, mutants: readonly any[] }> }} report in the mutation-testing-elements format
 * @returns {{ count: Count, survivors: string[] }} a survivor is a line like `src/a.ts:12  a < b  ->  a <= b`
 */
export function readReport({ files }) {
  const count = noMutants();
  const survivors = [];
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const lines = source.split('\n');
    for (const { status, location, replacement = '' } of mutants) {
      const kind = counted[status];
      if (kind) count[kind] += 1;
      if (kind !== 'survived' && kind !== 'untested') continue;
      const { start, end } = location;
      const line = lines[start.line - 1] ?? '';
      const was = start.line === end.line ? line.slice(start.column - 1, end.column - 1) : `${line.slice(start.column - 1)} …`;
      survivors.push(`${file}:${start.line}  ${inShort(was)}  ->  ${inShort(replacement)}${kind === 'untested' ? '  (no test runs it)' : ''}`);
    }
  }
  return { count, survivors };
}

function inShort(code) {
  const line = code.replaceAll(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
