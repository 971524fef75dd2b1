import { lstatSync, rmSync } from 'node:fs';
import { AxonError } from '../../src/errors.js';
import type { Commands } from '../../src/ports/commands.js';
import { layout } from './layout.js';
import { forgetReading, trappedNames, type Prepared } from './prepare.js';
import { Snapshot } from './snapshot.js';

/** What the guard made of a command, as far as it limits what the command may do. */
export interface Understood {
  readonly program: string;
  /** False: it said that the command only reads. */
  readonly changes: boolean;
}

export type Outcome = { readonly ran: boolean; readonly output: string } | { readonly broke: string };

/** Nobody's command changes these, not even one that was approved as changing files. */
const protectedNames = /^(?:(?:vendor\/lib\/)?\.git\/(?:hooks|config|info)|\.axon)(?:\/|$)/;
/** What git writes while it only reads: the times of files that it found unchanged (`git diff` keeps them, whatever is set). */
const refreshed = /^(?:vendor\/lib\/)?\.git(?:\/index)?$/;
/** Letters of a secret that are enough to call it a leak, so that an output which cuts or colours it is caught too. */
const pieceLength = 10;

/** Watches one run from outside: what it read, wrote, started and printed. */
export class Watch {
  private readonly workspace = new Snapshot(layout.workspace);
  private readonly rest = [layout.outside, layout.home, layout.trap, layout.reading, layout.recorders].map((folder) => new Snapshot(folder));
  private readonly pieces: readonly string[];

  constructor(private readonly prepared: Prepared) {
    this.pieces = prepared.tokens.flatMap((token) => Array.from({ length: Math.floor(token.length / pieceLength) }, (_, at) => token.slice(at * pieceLength, (at + 1) * pieceLength)));
    this.putBack();
  }

  /** Runs, tells what was wrong (nothing, mostly), and puts everything back. */
  async observe(understood: Understood, run: () => Promise<Outcome>): Promise<{ readonly ran: boolean; readonly breach?: string }> {
    const outcome = await run();
    const breach = this.breach(understood, outcome);
    this.putBack();
    return { ran: 'ran' in outcome && outcome.ran, ...(breach !== undefined && { breach }) };
  }

  private breach(understood: Understood, outcome: Outcome): string | undefined {
    if ('broke' in outcome) return outcome.broke;
    const started = trappedNames();
    if (started.length > 0) return `it started what it must not: ${started.join(', ')}`;
    const leaked = this.pieces.find((piece) => outcome.output.includes(piece));
    if (leaked !== undefined) return `it printed a secret: ${lineWith(outcome.output, leaked)}`;
    const outOfBounds = understood.program === 'git' ? this.prepared.outside : [...this.prepared.outside, ...this.prepared.secrets];
    const read = outOfBounds.filter(wasRead);
    if (read.length > 0) return `it read ${read.join(', ')}`;
    const written = this.rest.flatMap((snapshot) => snapshot.changes());
    if (written.length > 0) return `it wrote outside of the workspace: ${written.map((each) => `${each.kind} ${each.path}`).join(', ')}`;
    const inside = this.workspace.changes().map(({ kind, path }) => ({ kind, name: path.slice(layout.workspace.length + 1) }));
    const wrong = inside.filter(({ name, kind }) => (understood.changes ? kind !== 'touched' && protectedNames.test(name) : !(understood.program === 'git' && refreshed.test(name))));
    return wrong.length === 0 ? undefined : `it ${understood.changes ? 'changed what is protected' : 'only reads, but'}: ${wrong.map((each) => `${each.kind} ${each.name}`).slice(0, 5).join(', ')}`;
  }

  /** Everything is as it was in the beginning. */
  putBack(): void {
    for (const name of trappedNames()) rmSync(`${layout.trapped}/${name}`);
    const snapshots = [this.workspace, ...this.rest];
    for (const snapshot of snapshots) if (snapshot.changes().length > 0) snapshot.restore();
    const read = [...this.prepared.outside, ...this.prepared.secrets].filter(wasRead);
    for (const file of read) forgetReading(file);
    if (read.length > 0) for (const snapshot of snapshots) snapshot.accept();
  }
}

/** True when somebody read it since `forgetReading`. */
function wasRead(file: string): boolean {
  return (lstatSync(file, { throwIfNoEntry: false })?.atimeMs ?? 1000) !== 1000;
}

function lineWith(output: string, piece: string): string {
  return output.split('\n').find((line) => line.includes(piece))?.slice(0, 200) ?? piece;
}

/** Runs a command as if a person had said yes. A program that isn't there is no matter; one that never ends is. */
export async function runApproved(commands: Commands, command: string, cwd: string): Promise<Outcome> {
  try {
    const { output } = await commands.run(command, { cwd, signal: AbortSignal.timeout(15_000), timeoutSeconds: 10 });
    return { ran: true, output };
  } catch (error) {
    if (!(error instanceof AxonError)) return { broke: `the runner threw ${String(error)}` };
    if (error.code === 'timeout' || error.code === 'cancelled') return { broke: 'it did not end within ten seconds' };
    return { ran: false, output: '' };
  }
}
