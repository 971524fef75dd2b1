import type { VNode } from 'preact';
import { exactText } from '../../src/protocol/exact-text.js';
import type { CallItem } from '../../src/protocol/transcript.js';
import { Button } from '../components/button.js';
import { post } from '../host.js';
import { Icon } from '../icon.js';

const allowedBy = { once: 'Allowed once by you', session: 'Allowed by you for this session', grant: 'Covered by a permission of this session', policy: 'Allowed by the policy' } as const;

function leadOf({ state, allowedBy: by }: CallItem): string {
  if (state === 'asking') return 'Asks because';
  if (state === 'denied') return 'Refused because';
  return by ? allowedBy[by] : 'Rule';
}

/**
 * The rule and its reason: why it asks, why it was refused, or why it went on; what to do instead; and, of a command that
 * is merely on no list, the way to put it there.
 */
export function Reason({ item }: { readonly item: CallItem }): VNode | null {
  const { rule, reason, next } = item;
  if (rule === undefined && reason === undefined) return null;
  return (
    <div class="reason">
      <p><span class="reason-lead">{leadOf(item)}{reason ? ': ' : ''}</span>{reason !== undefined && exactText(reason)}</p>
      {next !== undefined && next !== '' && <p class="reason-next"><span class="reason-lead">Instead: </span>{exactText(next)}</p>}
      {rule !== undefined && (
        <p class="reason-rule">
          <span>Rule <code>{exactText(rule)}</code></span>
          {/* Judged: what never came before the policy has nothing to explain. */}
          {item.risk !== undefined && (
            <button type="button" class="text-button" aria-label={`Explain the decision: ${item.tool}`} onClick={() => post({ type: 'explain', id: item.id })}>Explain</button>
          )}
        </p>
      )}
      {item.mayAllowHere === true && <AllowHere item={item} />}
    </div>
  );
}

function AllowHere({ item }: { readonly item: CallItem }): VNode {
  if (item.allowedHere !== true) {
    return <p class="allow-here"><Button icon="add" onClick={() => post({ type: 'allow-here', id: item.id })} title="Shows exactly what would be added to your settings, and asks first">Allow this command here…</Button></p>;
  }
  return (
    <div class="allow-here allowed-here" role="status">
      <p><Icon name="check" /> You allowed this command here. It still asks each time.</p>
      <Button onClick={() => post({ type: 'try-again', id: item.id })} title="Puts the message into the composer; you send it">Ask the agent to try again</Button>
    </div>
  );
}
