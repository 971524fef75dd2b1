import { createHash } from 'node:crypto';
import { lstat, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { AxonError } from '../../errors.js';
import type { LogFiles } from '../log-files.js';
import { Pace } from '../pace.js';
import type { LoadSqlite } from '../segments/sqlite.js';
import { namesIn, orMissing } from '../storage/durable-file.js';
import { keyIdOf, layoutOf } from '../storage/layout.js';
import { noAnchor } from '../storage/anchor-state.js';
import { findingOf, type Fault, type VerifyFinding } from '../verify/finding.js';
import { openPlain } from '../storage/plain-file.js';
import { verdictOf, type VerifyProgress, type VerifyReport } from '../verify/report.js';
import { verifyLog } from '../verify/verify.js';
import { longestManifest, manifestName, readManifest, type Manifest } from './manifest.js';
import { otherKey } from './other-key.js';
import { unpackBundle, type UnpackOptions } from './unpack.js';

/** An audit log away from its editor: a bundle, an unpacked one, or a copy of the folder. It is only read. */
export interface LogCopy extends LogFiles {
  /** What the copy is, for a person. */
  readonly what: string;
  /** Where it is a bundle, and its manifest is as it was written. */
  readonly manifest?: Manifest;
  /** What is wrong with the bundle's files, before anyone looks into them. */
  readonly findings: readonly VerifyFinding[];
  /** Of a bundle's file, hex. */
  readonly sha256?: string;
  /** Removes what was unpacked. Twice is harmless. */
  readonly dispose: () => Promise<void>;
}

export interface CopyOptions extends UnpackOptions {
  readonly key: Uint8Array;
  readonly sqlite: LoadSqlite;
}

/**
 * Opens what somebody handed over. A folder may be an unpacked bundle, a log's own folder, or one that has it inside, as the
 * editor's `globalStorage` folder of Axon has. Rejects with `AxonError`: `not-found` when there is no log, `denied` when it
 * is another key's, and what `unpackBundle` rejects with.
 */
export async function openCopy(place: string, options: CopyOptions): Promise<LogCopy> {
  const { key, sqlite } = options;
  const info = await orMissing(lstat(place));
  if (!info) throw new AxonError('not-found', `${place} is not there.`, 'Give the path of a bundle or of a folder.');
  if (!info.isDirectory()) {
    const { folder, ...bundle } = await unpackBundle(place, key, options);
    return { what: `bundle ${path.basename(place)}`, layout: layoutOf(folder), key, sqlite, ...bundle, dispose: () => rm(folder, { recursive: true, force: true }) };
  }
  const folder = await logIn(place, keyIdOf(key));
  const bundle = (await namesIn(folder)).includes(manifestName) ? await compare(folder, options) : { findings: [] };
  return { what: `folder ${folder}`, layout: layoutOf(folder), key, sqlite, ...bundle, dispose: () => Promise.resolve() };
}

/** Checks the bundle's files and all events in them. Rejects as `verifyLog` does. */
export async function verifyCopy(copy: LogCopy, options: { readonly signal?: AbortSignal; readonly onProgress?: (progress: VerifyProgress) => void } = {}): Promise<VerifyReport> {
  const { layout, key, sqlite, manifest } = copy;
  const report = await verifyLog({ layout, key, sqlite, anchor: manifest?.anchor ?? noAnchor, ...options });
  // What the walk found says more than that the file is another one.
  const walked = new Set(report.findings.map((each) => path.normalize(each.file)));
  const leftOut = (manifest?.leftOut ?? []).map((name) => findingOf('foreign', name, {}, `${name} was no plain file in the log's folder, so it is not in the bundle`));
  const findings = [...copy.findings.filter((each) => !walked.has(path.normalize(each.file))), ...leftOut, ...report.findings];
  const limits = manifest && !manifest.anchor.known ? ['When the bundle was made, nothing outside the log\'s folder remembered how long the log was: events that were cut off its end before that can\'t be noticed.'] : report.limits;
  return {
    ...report,
    ...verdictOf(findings, limits),
    ...(manifest && { otherLogs: manifest.otherLogs, bundledAt: manifest.madeAt }),
  };
}

async function logIn(place: string, keyId: string): Promise<string> {
  const name = `log-${keyId}`;
  for (const folder of [place, path.join(place, name), path.join(place, 'audit', name)]) {
    const names = await namesOf(folder);
    if (![manifestName, 'segments', 'journals'].some((each) => names.includes(each))) continue;
    const other = /^log-([0-9a-f]{16})$/.exec(path.basename(path.resolve(folder)))?.[1];
    if (other !== undefined && other !== keyId) throw otherKey(folder, keyId);
    return folder;
  }
  const others = [...(await namesOf(place)), ...(await namesOf(path.join(place, 'audit')))].filter((each) => /^log-[0-9a-f]{16}$/.test(each));
  if (others.length > 0) throw new AxonError('denied', `In ${place} there is no log of the key with the id ${keyId}. There are: ${others.join(', ')}.`, 'Use the key file of one of those.');
  throw new AxonError('not-found', `In ${place} there is no audit log.`, 'Give a bundle, or the folder with the folders "segments" and "journals".');
}

async function namesOf(folder: string): Promise<string[]> {
  const info = await orMissing(lstat(folder));
  return info?.isDirectory() ? namesIn(folder) : [];
}

/** The files of an unpacked bundle against its manifest. */
async function compare(folder: string, { key, signal }: CopyOptions): Promise<Pick<LogCopy, 'findings' | 'manifest'>> {
  const findings: VerifyFinding[] = [];
  const note = (fault: Fault, file: string): void => {
    if (findings.length < 1_000) findings.push(findingOf(fault, file));
  };
  const manifest = await manifestIn(folder, key);
  if (!manifest) return { findings: [findingOf('changed', manifestName, {}, `${manifestName} is not what was written, so it can't be told whether files are missing`)] };
  const pace = new Pace(signal, 'The check of the bundle');
  for (const file of manifest.files) {
    const found = await hashOf(path.join(folder, ...file.path.split('/')), file.size, pace);
    if (found === undefined) note('removed', file.path);
    else if (found !== file.sha256) note('changed', file.path);
  }
  const listed = new Set(manifest.files.map((each) => each.path));
  for (const place of ['segments', 'journals', 'aside']) {
    for (const name of await namesIn(path.join(folder, place))) if (!listed.has(`${place}/${name}`)) note('inserted', `${place}/${name}`);
  }
  return { manifest, findings };
}

async function manifestIn(folder: string, key: Uint8Array): Promise<Manifest | undefined> {
  const keyId = keyIdOf(key);
  const handle = await openPlain(path.join(folder, manifestName));
  if (handle === undefined || handle === 'missing') return undefined;
  try {
    if ((await handle.stat()).size > longestManifest) return undefined;
    const manifest = readManifest(key, keyId, await readFile(handle, 'utf8'));
    if (manifest === 'other-key') throw otherKey(folder, keyId);
    return manifest === 'changed' ? undefined : manifest;
  } finally {
    await handle.close();
  }
}

/** `undefined` when it isn't there as a plain file; reads no more than `size` bytes. */
async function hashOf(file: string, size: number, pace: Pace): Promise<string | undefined> {
  const handle = await openPlain(file);
  if (handle === undefined || handle === 'missing') return undefined;
  try {
    if ((await handle.stat()).size !== size) return '';
    const hash = createHash('sha256');
    for (let offset = 0; offset < size; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(256 * 1024), 0, Math.min(256 * 1024, size - offset), offset);
      if (bytesRead === 0) return '';
      hash.update(buffer.subarray(0, bytesRead));
      offset += bytesRead;
      if (pace.isDue) await pace.breathe();
    }
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}
