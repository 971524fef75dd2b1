import { Fragment } from 'preact';
import type { RefObject, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ToHost } from '../../src/protocol/chat.js';
import { exactText } from '../../src/protocol/exact-text.js';
import type { ApprovalView } from '../../src/protocol/transcript.js';
import { useHostTime } from '../clock.js';
import { Button } from '../components/button.js';
import { TextField } from '../components/text-field.js';
import { clock } from '../format.js';
import { post } from '../host.js';
import { Icon } from '../icon.js';
import { isQuiet, quieten } from './quiet.js';
import { useArmed } from './use-armed.js';

type Answer = Extract<ToHost, { type: 'answer' }>['answer'];

export interface ApprovalProps {
  readonly approval: ApprovalView;
  /** The card; its keyboard shortcuts work while the focus is inside it. */
  readonly card: RefObject<HTMLElement | null>;
  /** False until the end of the arguments has been on the screen. */
  readonly allRead: boolean;
}

/** The question of an approval. It answers at most once, and never by itself. */
export function Approval({ approval, card, allRead }: ApprovalProps): VNode {
  const actions = useRef<HTMLDivElement>(null);
  const [sent, setSent] = useState<string>();
  const [writing, setWriting] = useState(false);
  const [note, setNote] = useState('');
  /** The approval that was answered. A ref, since two clicks can come before anything is drawn anew. */
  const answered = useRef<ApprovalView | null>(null);
  const now = useHostTime(sent === undefined);
  const expired = now >= approval.expiresAt;
  const { armed, hasMoved } = useArmed(actions, approval.answerableAt, sent === undefined && !expired);
  // A new approval object means that the host asks (again): for one that answered too early, too.
  useEffect(() => setSent(undefined), [approval]);

  const dead = !armed || sent !== undefined || expired;
  const answer = (given: Answer, said: string): void => {
    if (dead || answered.current === approval || isQuiet() || hasMoved() || (given.type !== 'deny' && !allRead)) return;
    answered.current = approval;
    setSent(said);
    quieten();
    post({ type: 'answer', id: approval.id, hash: approval.hash, answer: given });
  };
  const once = (): void => answer({ type: 'allow-once' }, 'Allowed once');
  const deny = (): void => answer({ type: 'deny' }, 'Denied');
  const denyWithNote = (): void => answer({ type: 'deny', ...(note.trim() !== '' && { note: note.trim() }) }, 'Denied');
  useShortcuts(card, { once, deny });
  // The buttons change their places: a second click of a double click would land on another one than was meant.
  const write = (on: boolean): void => {
    quieten();
    setWriting(on);
    if (!on) card.current?.focus({ preventScroll: true });
  };

  if (sent !== undefined || expired) return <p class="approval-over">{sent === undefined ? 'Time is up: denied.' : `${sent}.`}</p>;
  return (
    <div class="approval">
      <Warnings warnings={approval.warnings} />
      {writing ? (
        <div class="deny-note">
          <TextField label="A word to the model" placeholder="What should it do instead?" value={note} maxLength={2000} focused onInput={setNote} onSubmit={denyWithNote} onCancel={() => write(false)} />
        </div>
      ) : null}
      <div class="approval-actions" ref={actions} role="group" aria-label="Answer">
        {/* The keys: without them "Back" would become the second button of the other set, with the focus on it. */}
        {writing ? (
          <Fragment key="note">
            <Button onClick={denyWithNote} disabled={dead}>Deny and tell</Button>
            <Button onClick={() => write(false)}>Back</Button>
          </Fragment>
        ) : (
          <Fragment key="answers">
            <Button kind="primary" onClick={once} disabled={dead || !allRead} shortcut="Control+Enter" title="Allow this one call (Ctrl+Enter in this card)">Allow once</Button>
            {approval.grantLabel !== undefined && (
              <Button onClick={() => answer({ type: 'allow-session' }, 'Allowed for this session')} disabled={dead || !allRead} label={`Allow for session: ${exactText(approval.grantLabel)}`}>Allow for session</Button>
            )}
            <Button onClick={deny} disabled={dead} shortcut="Control+Backspace" title="Deny (Ctrl+Backspace in this card)">Deny</Button>
            <Button onClick={() => write(true)} disabled={dead}>Deny with a word…</Button>
            {approval.hasDiff && <Button icon="diff" onClick={() => post({ type: 'show-diff', id: approval.id })}>Show diff</Button>}
          </Fragment>
        )}
      </div>
      {!allRead && <p class="approval-hint">Scroll to the end of what would run; then it can be allowed.</p>}
      {approval.grantLabel !== undefined && !writing && <p class="approval-hint">For session: <q class="grant">{exactText(approval.grantLabel)}</q></p>}
    </div>
  );
}

/** How long an answer is still taken. */
export function TimeLeft({ approval }: { readonly approval: ApprovalView }): VNode {
  const now = useHostTime(true);
  return <span class="time-left" role="timer" title="Without an answer it is denied then.">{clock(approval.expiresAt - now)} left</span>;
}

function Warnings({ warnings }: { readonly warnings: readonly string[] }): VNode | null {
  if (warnings.length === 0) return null;
  return <ul class="warnings" aria-label="Warnings">{warnings.map((text) => <li><Icon name="alert" /> {exactText(text)}</li>)}</ul>;
}

/** Chords, so that nobody answers by typing; a held key doesn't repeat them. */
function useShortcuts(card: RefObject<HTMLElement | null>, actions: { once: () => void; deny: () => void }): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const element = card.current;
    if (!element) return undefined;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.repeat || event.shiftKey || event.altKey || event.isComposing) return;
      if (event.target instanceof Element && event.target.matches('vscode-text-field')) return;
      if (event.key === 'Enter') latest.current.once();
      else if (event.key === 'Backspace') latest.current.deny();
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    element.addEventListener('keydown', onKeyDown);
    return () => element.removeEventListener('keydown', onKeyDown);
  }, []);
}
