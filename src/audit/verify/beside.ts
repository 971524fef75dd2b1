import path from 'node:path';
import { brokenCursors } from '../collector/cursor.js';
import { parseSegmentFile } from '../segments/segment-name.js';
import { isAsKept, parseAsideFile } from '../storage/aside.js';
import { namesIn } from '../storage/durable-file.js';
import type { Layout } from '../storage/layout.js';
import type { Findings } from './findings.js';

/** What lies in a log's folder beside its events: what was kept aside, the collector's place, and files that are none of ours. Gives the number of torn ends. */
export async function checkBeside(layout: Layout, key: Uint8Array, findings: Findings): Promise<number> {
  for (const name of await namesIn(layout.segments)) {
    if (!parseSegmentFile(name) && !name.endsWith('.tmp')) findings.note('foreign', path.join('segments', name));
  }
  const cursors = await brokenCursors(layout, key);
  for (const name of cursors.changed) findings.note('changed', path.join('collector', name));
  for (const name of cursors.foreign) findings.note('foreign', path.join('collector', name));
  let torn = 0;
  for (const name of await namesIn(layout.aside)) {
    const kept = parseAsideFile(name);
    if (!kept) {
      if (!name.endsWith('.tmp')) findings.note('foreign', path.join('aside', name));
    } else if (!(await isAsKept(path.join(layout.aside, name), key))) findings.note('changed', path.join('aside', name));
    else if (kept.kind === 'torn') torn += 1;
    else findings.note('set-aside', path.join('aside', name));
  }
  return torn;
}
