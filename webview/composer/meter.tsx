import type { VNode } from 'preact';
import type { Status } from '../../src/protocol/chat.js';
import { dollars, tokens } from '../format.js';

/** Tokens and cost of the session, and how full the model's context is. */
export function Meter({ status }: { readonly status: Status }): VNode | null {
  const { usage, contextShare } = status;
  if (usage.input + usage.output === 0 && contextShare === 0) return null;
  const percent = Math.round(Math.min(1, Math.max(0, contextShare)) * 100);
  const cost = usage.cost === undefined ? '' : `, ${dollars(usage.cost)}`;
  const label = `Context ${percent}% full. This session: ${tokens(usage.input)} tokens in, ${tokens(usage.output)} out${cost}.`;
  const round = 2 * Math.PI * 6;
  return (
    <span class={`meter ${percent >= 80 ? 'meter-full' : ''}`} role="img" aria-label={label} title={label}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <circle class="meter-track" cx="8" cy="8" r="6" />
        <circle class="meter-value" cx="8" cy="8" r="6" stroke-dasharray={`${(round * percent) / 100} ${round}`} transform="rotate(-90 8 8)" />
      </svg>
      <span class="meter-text">{usage.cost === undefined ? tokens(usage.input + usage.output) : dollars(usage.cost)}</span>
    </span>
  );
}
