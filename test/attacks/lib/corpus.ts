import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';

const folder = path.join(import.meta.dirname, '..', 'corpus');

/** Reads `test/attacks/corpus/NAME.jsonl`: one JSON object per line, one test case each. Ids are unique; a row that isn't of the schema throws. */
export function loadCorpus<Row extends { readonly id: string }>(name: string, schema: z.ZodType<Row>): readonly Row[] {
  const lines = readFileSync(path.join(folder, `${name}.jsonl`), 'utf8').split('\n');
  const rows = lines.filter((line) => line !== '').map((line) => schema.parse(JSON.parse(line)));
  const ids = new Set(rows.map((row) => row.id));
  if (ids.size !== rows.length) throw new Error(`${name}.jsonl repeats an id`);
  return rows;
}

/**
 * Replaces `${name}` for the names in `values`, in every text of `value` however deep. Any other `${…}` belongs to the
 * attack and stays.
 */
export function fill<T>(value: T, values: Readonly<Record<string, string>>): T {
  if (typeof value === 'string') {
    return value.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole) as T;
  }
  if (Array.isArray(value)) return value.map((each: unknown) => fill(each, values)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill<unknown>(each, values)])) as T;
}

/** True when a row marked for `platform` can be tried on this machine (`any` or nothing: everywhere). */
export function runsHere(platform: string | undefined): boolean {
  if (platform === undefined || platform === 'any' || platform === process.platform) return true;
  return platform === 'posix' && process.platform !== 'win32';
}
