/**
 * Windows that die while they write the audit log: `npm run crash -- [--rounds 500] [--seed N]`, and windows that write and
 * fold at once: `npm run crash -- --processes 4 --seconds 60`. Nothing acknowledged may be missing or doubled, the order
 * holds and the chain verifies. The same seed gives the same plan. Ends with 1 when something is wrong.
 */
import { createHash, randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { continueOnNode24 } from './lib/node24.mjs';

await continueOnNode24();
await ensureDependencies();
const { loadSource } = await import('../bench/lib/load-source.mjs');
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '500' }, seed: { type: 'string' }, processes: { type: 'string' }, seconds: { type: 'string', default: '60' } } });
const { bundleChild } = await loadSource('test/fixtures/audit/window-process.ts');
const { crashPlan, crashRounds, manyProcesses } = await loadSource('test/fixtures/audit/crash-rounds.ts');
const child = await bundleChild();

const started = Date.now();
const took = () => `${Math.round((Date.now() - started) / 1000)} s`;

if (values.processes !== undefined) {
  const events = await manyProcesses(child, Number(values.processes), Number(values.seconds));
  console.log(`crash processes=${values.processes} seconds=${values.seconds}: ${events} events acknowledged by the windows that wrote and folded at once, each found once and in order; the chain verifies (${took()})`);
} else {
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  const rounds = Number(values.rounds);
  const plan = createHash('sha256').update(JSON.stringify(crashPlan(seed, rounds))).digest('hex').slice(0, 8);
  console.log(`crash seed=${seed} rounds=${rounds} plan=${plan}`);
  const { windows, kept, deaths, letGo, torn } = await crashRounds(child, seed, rounds, (round) => {
    if (round % 25 === 0) console.log(`  ${round} rounds, ${took()}`);
  });
  const inside = Object.entries(deaths).map(([name, count]) => `${name} ${count}`).join(', ');
  console.log(`crash seed=${seed}: ${rounds} rounds, ${windows} windows killed, ${kept} events acknowledged, each found once and in order, or let go with a tombstone; the chain verifies, the anchor agrees`);
  console.log(`  died in the middle of: ${inside}; unfinished lines kept aside: ${torn}; events that left when their time was over: ${letGo} (${took()})`);
}
