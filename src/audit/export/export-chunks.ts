import { canonicalJson } from '../../canonical.js';
import { Pace } from '../pace.js';
import type { AuditRecord } from '../record.js';
import { csvHeader, csvRow } from './csv.js';

export const exportFormats = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ChunkOptions {
  readonly signal?: AbortSignal;
  /** Told with each chunk how many events are in the export so far. Must not throw. */
  readonly onProgress?: (events: number) => void;
}

const chunkCharacters = 64 * 1024;

/** The text of an export, in chunks of about 64 K characters. Ends with `cancelled` when the signal is aborted. */
export async function* exportChunks(records: AsyncIterable<AuditRecord>, format: ExportFormat, { signal, onProgress }: ChunkOptions = {}): AsyncGenerator<string, void, undefined> {
  const pace = new Pace(signal, 'The export of the audit log');
  const row = format === 'csv' ? csvRow : (record: AuditRecord): string => `${canonicalJson(record)}\n`;
  let chunk = format === 'csv' ? csvHeader : '';
  let events = 0;
  for await (const record of records) {
    pace.check();
    chunk += row(record);
    events += 1;
    if (chunk.length >= chunkCharacters) {
      yield chunk;
      chunk = '';
      onProgress?.(events);
    }
    if (pace.isDue) await pace.breathe();
  }
  if (chunk !== '') yield chunk;
  onProgress?.(events);
}
