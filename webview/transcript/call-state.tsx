import type { VNode } from 'preact';
import type { CallItem } from '../../src/protocol/transcript.js';
import { useHostTime } from '../clock.js';
import { ProgressRing } from '../components/progress-ring.js';
import { duration } from '../format.js';
import { Icon } from '../icon.js';
import type { IconName } from '../icon.js';

const shown: Record<CallItem['state'], { readonly text: string; readonly icon: IconName | 'ring' }> = {
  preparing: { text: 'Preparing', icon: 'ring' },
  asking: { text: 'Waiting for you', icon: 'shield' },
  running: { text: 'Running', icon: 'ring' },
  done: { text: 'Done', icon: 'check' },
  failed: { text: 'Failed', icon: 'error' },
  denied: { text: 'Refused', icon: 'slash' },
  rejected: { text: 'Denied', icon: 'close' },
  invalid: { text: 'Invalid', icon: 'error' },
  stopped: { text: 'Stopped', icon: 'stop' },
};

/** The state of a call in words, with the time it takes or took. */
export function CallState({ item }: { readonly item: CallItem }): VNode {
  const running = item.state === 'running' && item.startedAt !== undefined;
  const now = useHostTime(running);
  const { text, icon } = shown[item.state];
  const time = running ? duration(now - (item.startedAt ?? now)) : item.milliseconds === undefined ? '' : duration(item.milliseconds, true);
  return (
    <span class={`call-state call-state-${item.state}`}>
      {icon === 'ring' ? <ProgressRing label={text} /> : <Icon name={icon} />}
      <span class="call-state-text">{text}</span>
      {time !== '' && <span class="call-time">{time}</span>}
    </span>
  );
}
