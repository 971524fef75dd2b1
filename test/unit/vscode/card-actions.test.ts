import { describe, expect, it, vi } from 'vitest';
import type { RefusedCommand } from '../../../src/agent/refused-command.js';
import type { Session } from '../../../src/agent/session.js';
import type { CallItem } from '../../../src/protocol/transcript.js';
import { CardActions } from '../../../src/vscode/card-actions.js';

const card: CallItem = { kind: 'call', id: 'c', at: 0, tool: 'shell_execute', title: 'Run docker ps', argumentsText: '{"command":"docker ps"}', state: 'denied', rule: 'command.not-listed', mayAllowHere: true, output: '' };

function fixture(items: readonly CallItem[] = [card]) {
  const shown = new Map(items.map((each) => [each.id, each]));
  const session = {
    call: (id: string) => shown.get(id),
    markAllowedHere: (id: string) => void shown.set(id, { ...shown.get(id)!, allowedHere: true }),
  } as unknown as Session;
  const explain = vi.fn<(id: string) => Promise<void>>(async () => undefined);
  const allowCommand = vi.fn<(refused: RefusedCommand) => Promise<boolean>>(async () => true);
  return { session, shown, explain, allowCommand, cards: new CardActions({ explain, allowCommand }) };
}

describe('what a card offers after its call was judged', () => {
  it('[P12] allows the command that the session itself holds, and says so on the card', async () => {
    const f = fixture();
    await f.cards.allowHere(f.session, 'c');
    expect(f.allowCommand.mock.calls).toEqual([[{ command: 'docker ps' }]]);
    expect(f.shown.get('c')).toMatchObject({ allowedHere: true });
    expect(f.cards.tryAgain(f.session, 'c', false)).toEqual({ type: 'compose', text: 'run docker ps', append: true });
  });

  it('changes nothing when the person does not say yes', async () => {
    const f = fixture();
    f.allowCommand.mockResolvedValue(false);
    await f.cards.allowHere(f.session, 'c');
    expect(f.shown.get('c')?.allowedHere).toBeUndefined();
    expect(f.cards.tryAgain(f.session, 'c', true)).toBeUndefined();
  });

  it('asks once at a time, once a card, and about no card that was refused for another reason', async () => {
    const f = fixture([card, { ...card, id: 'chained', rule: 'command.chaining' }, { ...card, id: 'done', state: 'done' }, { ...card, id: 'allowed', allowedHere: true }]);
    let answer: (yes: boolean) => void = () => undefined;
    f.allowCommand.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
    const first = f.cards.allowHere(f.session, 'c');
    await f.cards.allowHere(f.session, 'c');
    answer(true);
    await first;
    for (const id of ['chained', 'done', 'allowed', 'unknown', 'c']) await f.cards.allowHere(f.session, id);
    expect(f.allowCommand).toHaveBeenCalledTimes(1);
  });

  it('can be asked again after the dialog failed', async () => {
    const f = fixture();
    f.allowCommand.mockRejectedValueOnce(new Error('no dialog'));
    await expect(f.cards.allowHere(f.session, 'c')).rejects.toThrow('no dialog');
    await f.cards.allowHere(f.session, 'c');
    expect(f.allowCommand).toHaveBeenCalledTimes(2);
  });

  it('explains calls of this session only', async () => {
    const f = fixture();
    await f.cards.explain(f.session, 'c');
    await f.cards.explain(f.session, 'of another session');
    expect(f.explain.mock.calls).toEqual([['c']]);
  });
});
