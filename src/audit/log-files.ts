import type { LoadSqlite } from './segments/sqlite.js';
import type { Layout } from './storage/layout.js';

/** Where one log lies, and what is needed to read it. */
export interface LogFiles {
  readonly layout: Layout;
  readonly key: Uint8Array;
  readonly sqlite: LoadSqlite;
}
