import { createRequire } from 'node:module';
import initSqlJs from 'sql.js';
import { expect, test } from 'vitest';
import { schema, schemaRows } from '../../../../src/audit/segments/schema.js';

test('the rows that a segment is compared with are those that SQLite writes for the schema', async () => {
  const wasm = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');
  const database = new (await initSqlJs({ locateFile: () => wasm })).Database();
  database.exec(schema);
  const [written] = database.exec('SELECT type, name, tbl_name, sql FROM sqlite_schema');
  database.close();
  expect(schemaRows).toEqual(written?.values);
  expect(schemaRows.length).toBeGreaterThan(10);
});
