import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Check } from '../../src/protocol/audit.js';
import { exactLine } from '../../src/protocol/exact-text.js';
import { Button } from '../components/button.js';
import { ProgressRing } from '../components/progress-ring.js';
import { count } from '../format.js';
import { Icon } from '../icon.js';
import { shortTime } from './times.js';

export interface CheckStateProps {
  readonly check: Check;
  readonly onVerify: () => void;
  readonly onStop: () => void;
  /** Shows the event that a finding is about, by its number. */
  readonly onPlace: (finding: number) => void;
}

/** The check of the whole log: its button, and what the last one said. */
export function CheckState({ check, onVerify, onStop, onPlace }: CheckStateProps): VNode {
  const [open, setOpen] = useState(true);
  const broken = check.state === 'done' && check.verdict === 'not-whole';
  return (
    <div class="check">
      {check.state === 'running' ? <Button onClick={onStop}>Stop</Button> : <Button icon="shield-check" onClick={onVerify} title="Checks every byte of the whole log">Verify</Button>}
      {broken && <Button onClick={() => setOpen(!open)} expanded={open}>{open ? 'Hide findings' : 'Show findings'}</Button>}
      <div class="check-line">
        {check.state === 'done' && <span class={`tone-${toneOf(check)}`}><Icon name={broken || check.fewer > 0 ? 'error' : 'shield-check'} /></span>}
        {check.state === 'failed' && <span class="tone-bad"><Icon name="alert" /></span>}
        <span class="check-words">
          <span role="status">
            {check.state === 'running' && 'Verifying…'}
            {check.state === 'done' && verdictWords(check)}
            {check.state === 'failed' && <>It could not be verified. {exactLine(check.message)} {exactLine(check.next)}</>}
          </span>
          {check.state === 'done' && <Since check={check} />}
        </span>
      </div>
      {check.state === 'running' && <Progress progress={check.progress} />}
      {broken && open && (
        <div class="findings" tabIndex={0} role="region" aria-label="What was found">
          <ul>
            {check.findings.map(({ message, fault, hasPlace }, index) => (
              <li key={index}>
                <span class="finding-text">{exactLine(message)}</span> <span class="tag">{exactLine(fault)}</span>
                {hasPlace && <button type="button" class="text-button" onClick={() => onPlace(index)}>Show its place</button>}
              </li>
            ))}
          </ul>
          {check.more > 0 && <p class="details-note">And {check.more.toLocaleString('en')} more.</p>}
        </div>
      )}
      {check.state === 'done' && check.notes.map((note) => <p key={note} class="details-note check-note">{exactLine(note)}</p>)}
    </div>
  );
}

type Done = Extract<Check, { state: 'done' }>;

/** What came since was not checked: the verdict is not about it. */
function toneOf({ verdict, newer, fewer }: Done): 'good' | 'bad' | 'stale' {
  if (verdict === 'not-whole' || fewer > 0) return 'bad';
  return newer > 0 ? 'stale' : 'good';
}

function verdictWords({ verdict, at, events, latest, findings, more }: Done): VNode {
  const when = `as of ${shortTime(at)}`;
  const what = `${count(events, 'event')}${latest === undefined ? '' : ` up to ${shortTime(latest, true)}`}`;
  if (verdict === 'not-whole') return <><strong>Not whole</strong> {when}: {count(findings.length + more, 'finding')} in {what}</>;
  return <>Whole {verdict === 'whole' ? '' : 'as far as can be known '}{when}: {what}, nothing changed{verdict === 'whole' ? ' or missing' : ''}</>;
}

/** Beside the status, too. */
function Since({ check: { newer, fewer } }: { readonly check: Done }): VNode | null {
  if (newer === 0 && fewer === 0) return null;
  if (fewer > 0) return <>; <strong>at least {count(fewer, 'event')} that {fewer === 1 ? 'was' : 'were'} checked {fewer === 1 ? 'is' : 'are'} gone: verify again</strong></>;
  return <>; <strong>{count(newer, 'newer event')} not checked</strong></>;
}

/** Stands beside the status: it changes too often to be read out each time. */
function Progress({ progress }: { readonly progress: Extract<Check, { state: 'running' }>['progress'] }): VNode {
  if (!progress) return <ProgressRing label="Verifying" />;
  const words = `${Math.floor(100 * progress.part)} %, ${count(progress.events, 'event')}`;
  return <span class="check-progress"><progress max={1} value={progress.part} aria-label="How much is verified" aria-valuetext={words} /> {words}</span>;
}
