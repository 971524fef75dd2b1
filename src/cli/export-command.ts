import { exportChunks, type ExportFormat } from '../audit/export/export-chunks.js';
import type { LogCopy } from '../audit/export/log-copy.js';
import { writeWhole } from '../audit/export/write-whole.js';
import { Pace } from '../audit/pace.js';
import type { AuditQuery } from '../audit/query.js';
import { scan } from '../audit/segments/scan.js';
import { SegmentPool } from '../audit/segments/segment-pool.js';
import { printLine, ProgressLine, type Terminal } from './terminal.js';

/** Writes the events that match to a file or to the standard output; gives the exit code. */
export async function runExport(
  copy: LogCopy,
  { format, query, output }: { readonly format: ExportFormat; readonly query: AuditQuery; readonly output: string | undefined },
  { out, err }: Terminal,
  signal: AbortSignal,
): Promise<0 | 1> {
  const { layout, key, sqlite } = copy;
  const bad = new Set<string>();
  const progress = new ProgressLine(err);
  let count = 0;
  const pool = new SegmentPool(sqlite, layout, key);
  const onBad = (file: string): Promise<void> => Promise.resolve(void bad.add(file));
  const records = scan({ layout, key, pool, onBad, query, order: 'oldest', pace: new Pace(signal, 'The export') });
  const chunks = exportChunks(records, format, {
    signal,
    onProgress: (events) => {
      count = events;
      progress.show(`exported ${events} events`);
    },
  });
  try {
    if (output === undefined) await print(chunks, out);
    else await writeWhole(chunks, output, { signal });
  } finally {
    progress.end();
    pool.dispose();
  }
  if (output !== undefined) printLine(err, `${count} events are in ${output}.`);
  for (const { message } of copy.findings) printLine(err, `Not as it was written: ${message}`);
  for (const file of bad) printLine(err, `Left out what is not authentic in ${file}.`);
  if (bad.size === 0 && copy.findings.length === 0) return 0;
  printLine(err, 'Run "axon audit verify" to see what is wrong.');
  return 1;
}

async function print(chunks: AsyncIterable<string>, out: Terminal['out']): Promise<void> {
  // Whoever reads may stop early, as `head` does.
  const gone = new AbortController();
  for (const event of ['close', 'error']) out.once(event, () => gone.abort());
  for await (const chunk of chunks) {
    if (gone.signal.aborted) return;
    if (!out.write(chunk)) await Promise.race(['drain', 'close', 'error'].map((event) => once(out, event)));
  }
}

const once = (out: Terminal['out'], event: string): Promise<void> => new Promise((resolve) => out.once(event, () => resolve()));
