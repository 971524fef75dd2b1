import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anchorText, givenWithin, noAnchor, parseAnchor, withHeads, type Head } from '../../../../src/audit/storage/anchor-state.js';
import { AnchorKeeper } from '../../../../src/audit/storage/anchor.js';
import { MemoryAnchor } from '../../../fixtures/audit/open-log.js';

const head = (seq: number, hash = `h${seq}`): { seq: number; hash: string } => ({ seq, hash });

describe('what is remembered of the log', () => {
  test('is the same after it was written and read', () => {
    const state = { folded: 9, unused: [[3, 4], [7, 7]] as const, committing: 12, journals: new Map<string, Head>([['a', head(2)], ['b', { ...head(5), final: true }]]), known: true, since: 5 };
    expect(parseAnchor(anchorText(state))).toEqual(state);
    expect(parseAnchor(anchorText({ ...noAnchor, known: true }))).toEqual({ ...noAnchor, known: true });
  });

  test.each(['', 'null', '[]', '{}', '{"folded":1,"journals":[]}', '{"folded":"1","journals":{}}', '{"folded":1,"journals":{"a":{"seq":1}}}', '{"folded":1,"journals":{},"unused":[[1]]}', '{"folded":1,"journals":{},"committing":"2"}', '{"folded":1,"journals":{},"since":"x"}'])('is not made of %s', (text) => {
    expect(parseAnchor(text)).toBeUndefined();
  });

  test('of two ends of a journal is the later, and one that is final stays final', () => {
    const state = withHeads(withHeads(noAnchor, [['a', { ...head(2), final: true }]]), [['a', head(1)], ['a', head(2)], ['b', head(1)], ['b', head(3)]]);
    expect([...state.journals]).toEqual([['a', { ...head(2), final: true }], ['b', head(3)]]);
  });

  test('of positions are those that a dead fold did not leave unused', () => {
    expect(givenWithin([1, 10], [])).toEqual([[1, 10]]);
    expect(givenWithin([1, 10], [[8, 20], [3, 4], [4, 5]])).toEqual([[1, 2], [6, 7]]);
    expect(givenWithin([3, 4], [[1, 10]])).toEqual([]);
    expect(givenWithin([5, 4], [])).toEqual([]);
  });
});

describe('the keeper of a window', () => {
  let folder: string;
  let anchor: MemoryAnchor;
  const keepers: AnchorKeeper[] = [];
  const open = (): AnchorKeeper => {
    const keeper = new AnchorKeeper({ anchor, lockFile: path.join(folder, 'lock'), delay: 5, onProblem: () => undefined });
    keepers.push(keeper);
    return keeper;
  };
  const remembered = (): unknown => [...(parseAnchor(anchor.value ?? '')?.journals ?? [])];

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'axon-anchor-'));
    anchor = new MemoryAnchor();
  });
  afterEach(async () => {
    for (const each of keepers.splice(0)) await each.dispose();
    rmSync(folder, { recursive: true });
  });

  test('[P15] saves the end of its journal again when another window wrote over it', async () => {
    const keeper = open();
    keeper.note('mine', head(3));
    let overwritten = false;
    const { save } = anchor;
    anchor.save = async (text) => {
      await save(text);
      // The other one had read before: what it writes knows nothing of this journal.
      if (!overwritten) await save(anchorText({ ...noAnchor, known: true, journals: new Map([['other', head(1)]]) }));
      overwritten = true;
    };
    await expect.poll(remembered).toEqual([['mine', head(3)], ['other', head(1)]]);
  });

  test('rests when what it saved is found saved', async () => {
    const keeper = open();
    let saves = 0;
    const { save } = anchor;
    anchor.save = (text) => (saves++, save(text));
    keeper.note('mine', head(1));
    await expect.poll(remembered).toEqual([['mine', head(1)]]);
    await sleep(60);
    expect(saves).toBe(1);
  });

  test('[P15] forgets a journal only when what it was folded into holds the line that is remembered', async () => {
    const keeper = open();
    await keeper.save({ heads: new Map([['whole', head(2)], ['changed', head(2)]]) });
    await keeper.save({ folded: 4, gone: new Map([['whole', ({ hash }) => hash === 'h2'], ['changed', ({ hash }) => hash === 'another']]) });
    expect(remembered()).toEqual([['changed', head(2)]]);
  });

  test('remembers what a fold is about to do until as much is folded', async () => {
    const keeper = open();
    await keeper.save({ committing: 5 });
    expect(await keeper.load()).toMatchObject({ folded: 0, committing: 5 });
    await keeper.save({ folded: 5, unused: [1, 5] });
    expect(await keeper.load()).toEqual({ ...noAnchor, known: true, folded: 5, unused: [[1, 5]], since: expect.any(Number) as number });
  });
});
