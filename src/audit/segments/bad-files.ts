import type { OnProblem } from '../problem.js';
import { setAside } from '../storage/aside.js';
import { orMissing } from '../storage/durable-file.js';
import type { Layout } from '../storage/layout.js';

export interface BadFilesOptions {
  readonly layout: Layout;
  readonly key: Uint8Array;
  /** Runs the work under the log's lock; `undefined` when another window keeps it. */
  readonly locked: (work: () => Promise<string | undefined>) => Promise<string | undefined>;
  readonly onProblem: OnProblem;
}

export type BadKind = 'journal' | 'segment' | 'name' | 'left';

/** Files that a reader found to be other than what was written. Tells once of each. */
export class BadFiles {
  readonly #told = new Set<string>();

  constructor(private readonly options: BadFilesOptions) {}

  /** One whose very name is forged would stand in the way of true ones, so it goes aside. */
  async found(file: string, kind: BadKind): Promise<void> {
    if (this.#told.has(file)) return;
    this.#told.add(file);
    const { layout, key, locked, onProblem } = this.options;
    const kept = kind === 'name' ? await locked(() => orMissing(setAside(file, layout, key))) : undefined;
    if (kind === 'left') {
      onProblem({ kind: 'corrupt', message: 'A journal that left the audit log when its time was over is there again. It is not shown.', next: 'Run "Axon: Verify Audit Log", and find out who put it there.', file });
      return;
    }
    const what = kind === 'journal' ? 'journal' : 'segment';
    onProblem({
      kind: 'corrupt',
      message: `A ${what} of the audit log holds what Axon didn't write. What is authentic is shown${kept === undefined ? '' : '; the file is kept aside'}.`,
      next: 'Run "Axon: Verify Audit Log".',
      file: kept ?? file,
    });
  }
}
