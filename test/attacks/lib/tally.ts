import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export type TallyRow =
  | { readonly id: string; readonly kind: 'attack'; readonly letThrough: boolean }
  | { readonly id: string; readonly kind: 'harmless'; readonly wronglyRefused: boolean }
  | { readonly id: string; readonly kind: 'not-run'; readonly why: string };

/**
 * Counts how a corpus went. Record every row once; `finish` (in `afterAll`) writes `test-output/attacks/NAME.json`,
 * prints one line, and throws when a row was never recorded: nothing is skipped silently.
 */
export class Tally {
  readonly #rows = new Map<string, TallyRow>();

  constructor(
    private readonly name: string,
    private readonly ids: readonly string[],
  ) {}

  record(row: TallyRow): void {
    this.#rows.set(row.id, row);
  }

  finish(): void {
    // Mutation testing tries the rows that touch one mistake, over and over: there is nothing to count.
    if (process.env['AXON_SOME_ROWS'] === '1') return;
    const rows = [...this.#rows.values()];
    const attacks = rows.filter((row) => row.kind === 'attack');
    const harmless = rows.filter((row) => row.kind === 'harmless');
    const notRun = rows.filter((row) => row.kind === 'not-run');
    const letThrough = attacks.filter((row) => row.letThrough).map((row) => row.id);
    const wronglyRefused = harmless.filter((row) => row.wronglyRefused).map((row) => row.id);
    const summary = {
      name: this.name,
      rows: this.ids.length,
      attacks: attacks.length,
      letThrough,
      harmless: harmless.length,
      wronglyRefused,
      notRun: notRun.map(({ id, why }) => ({ id, why })),
    };
    const folder = path.join(import.meta.dirname, '..', '..', '..', 'test-output', 'attacks');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `${this.name}.json`), `${JSON.stringify(summary, null, 2)}\n`);
    for (const { id, why } of notRun) console.log(`attacks ${this.name} not run here: ${id} (${why})`);
    console.log(
      `attacks ${this.name} rows=${this.ids.length} let-through=${letThrough.length}/${attacks.length} ` +
        `wrongly-refused=${wronglyRefused.length}/${harmless.length} not-run=${notRun.length}`,
    );
    const missing = this.ids.filter((id) => !this.#rows.has(id));
    if (missing.length > 0) throw new Error(`${this.name}: rows never tried: ${missing.join(', ')}`);
  }
}
