import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Check } from '../../src/protocol/audit.js';
import { exactLine } from '../../src/protocol/exact-text.js';
import { Button } from '../components/button.js';
import { ProgressRing } from '../components/progress-ring.js';
import { count } from '../format.js';
import { Icon } from '../icon.js';
import { roughTime } from './times.js';

export interface CheckStateProps {
  readonly check: Check;
  readonly onVerify: () => void;
  readonly onStop: () => void;
  /** Shows what was recorded up to this time. */
  readonly onJump: (at: number) => void;
}

/** The check of the whole log: its button, and what the last one said. */
export function CheckState({ check, onVerify, onStop, onJump }: CheckStateProps): VNode {
  const [open, setOpen] = useState(true);
  const broken = check.state === 'done' && check.verdict === 'not-whole';
  return (
    <div class="check">
      <div class="check-line" role="status">
        {check.state === 'running' && 'Verifying…'}
        {check.state === 'done' && !broken && <><span class="tone-good"><Icon name="shield-check" /></span> <span>{check.verdict === 'whole' ? 'Whole' : 'Whole as far as can be known,'} at {roughTime(check.at)}: {count(check.events, 'event')}, nothing changed{check.verdict === 'whole' ? ' or missing' : ''}</span></>}
        {broken && <><span class="tone-bad"><Icon name="error" /></span> <span><strong>Not whole</strong>: {count(check.findings.length + check.more, 'finding')} at {roughTime(check.at)}</span></>}
        {check.state === 'failed' && <><span class="tone-bad"><Icon name="alert" /></span> <span>It could not be verified. {exactLine(check.message)} {exactLine(check.next)}</span></>}
      </div>
      {check.state === 'running' && <Progress progress={check.progress} />}
      {broken && <Button onClick={() => setOpen(!open)} expanded={open}>{open ? 'Hide findings' : 'Show findings'}</Button>}
      {check.state === 'running' ? <Button onClick={onStop}>Stop</Button> : <Button icon="shield-check" onClick={onVerify} title="Checks every byte of the whole log">Verify</Button>}
      {broken && open && (
        <div class="findings" tabIndex={0} role="region" aria-label="What was found">
          <ul>
            {check.findings.map(({ message, fault, at }, index) => (
              <li key={index}>
                <span class="finding-text">{exactLine(message)}</span> <span class="tag">{exactLine(fault)}</span>
                {at !== undefined && <button type="button" class="text-button" onClick={() => onJump(at)}>Show its place</button>}
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

/** Stands beside the status: it changes too often to be read out each time. */
function Progress({ progress }: { readonly progress: Extract<Check, { state: 'running' }>['progress'] }): VNode {
  if (!progress) return <ProgressRing label="Verifying" />;
  const words = `${Math.floor(100 * progress.part)} %, ${count(progress.events, 'event')}`;
  return <span class="check-progress"><progress max={1} value={progress.part} aria-label="How much is verified" aria-valuetext={words} /> {words}</span>;
}
