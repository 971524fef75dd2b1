import type { VNode } from 'preact';
import type { CallItem } from '../../src/protocol/transcript.js';
import { Icon } from '../icon.js';
import type { IconName } from '../icon.js';

const icons: Record<NonNullable<CallItem['risk']>, IconName> = { low: 'shield-check', medium: 'shield', high: 'alert', critical: 'error' };

/** The risk in words and as a shape; the colour only repeats it. */
export function RiskBadge({ risk }: { readonly risk: NonNullable<CallItem['risk']> }): VNode {
  return <span class={`risk risk-${risk}`}><Icon name={icons[risk]} /> {risk} risk</span>;
}
