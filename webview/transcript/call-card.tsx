import type { RefObject, VNode } from 'preact';
import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { shownArguments } from '../../src/protocol/arguments.js';
import { exactText } from '../../src/protocol/exact-text.js';
import { prose } from '../../src/protocol/prose.js';
import type { CallItem } from '../../src/protocol/transcript.js';
import { Icon } from '../icon.js';
import type { IconName } from '../icon.js';
import { Results } from '../results/results.js';
import { Approval, TimeLeft } from './approval.js';
import { CallState } from './call-state.js';
import { ExactField } from './exact-field.js';
import { Output } from './output.js';
import { Reason } from './reason.js';
import { RiskBadge } from './risk-badge.js';

const toolIcons: readonly (readonly [RegExp, IconName])[] = [
  [/^file_(read|list)/, 'file'], [/^file_search/, 'search'], [/^file_/, 'edit'], [/^shell_/, 'terminal'], [/^code_/, 'code'],
  [/^web_search/, 'search'], [/^web_/, 'globe'], [/^email_/, 'mail'], [/^memory_/, 'history'], [/^skill_/, 'sparkle'], [/^mcp_/, 'puzzle'],
];
const iconOf = (tool: string): IconName => toolIcons.find(([pattern]) => pattern.test(tool))?.[1] ?? 'puzzle';

/** One tool call: what it is, what it does exactly, who decided and why, and what came of it. */
export function CallCard({ item }: { readonly item: CallItem }): VNode {
  const card = useRef<HTMLElement>(null);
  const asking = item.state === 'asking';
  const [opened, setOpened] = useState<boolean>();
  const open = asking || (opened ?? (item.state === 'denied' || item.state === 'invalid'));
  // Made exact by the host, marks and all.
  const title = prose(item.title);
  return (
    <article class={`call call-${item.state}`} ref={card} tabIndex={-1} data-call={item.id} aria-label={`${item.tool}: ${title}`}>
      <button type="button" class="call-head" aria-expanded={open} disabled={asking} onClick={() => setOpened(!open)}>
        <Icon name={iconOf(item.tool)} />
        <span class="call-title">{title}</span>
        {!asking && <CallState item={item} />}
        {!asking && <Icon name={open ? 'chevron-down' : 'chevron-right'} />}
      </button>
      {/* Made anew with other arguments: that some were read to their end says nothing of others. */}
      {open ? <Details key={item.argumentsText} item={item} card={card} /> : <Outcome item={item} />}
      {/* What the model was told of a refusal says no more than the reason above. */}
      {!(open && item.state === 'denied') && <Output text={item.output} running={item.state === 'running'} />}
      {item.results && <Results id={item.id} results={item.results} />}
    </article>
  );
}

function Outcome({ item }: { readonly item: CallItem }): VNode | null {
  const text = item.summary ?? (item.state === 'rejected' ? item.reason : undefined);
  return text === undefined || text === '' ? null : <p class="call-summary">{exactText(text)}</p>;
}

function Details({ item, card }: { readonly item: CallItem; readonly card: RefObject<HTMLElement | null> }): VNode {
  const fields = useMemo(() => shownArguments(item.argumentsText), [item.argumentsText]);
  const [seen, setSeen] = useState<ReadonlySet<number>>(new Set());
  const asking = item.state === 'asking' && item.approval !== undefined;
  // Of an approval that came after, nothing was read yet, though the arguments are the same.
  const facts = item.approval?.facts?.map((fact) => fact.replaceAll('\n', '\\n')).join('\n') ?? '';
  const [factsSeen, setFactsSeen] = useState('');
  const onFactsSeen = useCallback(() => setFactsSeen(facts), [facts]);
  const allRead = seen.size >= fields.length && factsSeen === facts;
  return (
    <div class="call-details">
      <p class="call-facts">
        {item.risk && <RiskBadge risk={item.risk} />}
        <span class="tool-name">{item.tool}</span>
        {item.approval?.added !== undefined && <span class="changed-lines"><ins>+{item.approval.added}</ins> <del>−{item.approval.removed ?? 0}</del></span>}
        {asking && item.approval && <TimeLeft approval={item.approval} />}
      </p>
      <div class="arguments">
        {fields.map((field, index) => (
          <Argument
            key={field.name ?? ''} name={field.name} text={field.text}
            onEndSeen={() => setSeen((before) => (before.has(index) ? before : new Set([...before, index])))}
          />
        ))}
        {fields.length === 0 && <p class="no-arguments">No arguments.</p>}
      </div>
      <Reason item={item} />
      {asking && facts !== '' && <ExactField key={item.approval?.id} label="What it does, exactly" text={facts} onEndSeen={onFactsSeen} />}
      {asking && item.approval && <Approval key={item.approval.id} approval={item.approval} card={card} allRead={allRead} />}
      {!asking && <Outcome item={item} />}
    </div>
  );
}

interface ArgumentProps {
  readonly name: string | undefined;
  readonly text: string;
  readonly onEndSeen: () => void;
}

function Argument({ name, text, onEndSeen }: ArgumentProps): VNode {
  const stable = useCallback(onEndSeen, []);
  const label = name === undefined ? 'As it came' : exactText(name);
  return (
    <div class="argument">
      <span class="argument-name">{label}</span>
      <ExactField label={`Argument ${label}`} text={text} onEndSeen={stable} />
    </div>
  );
}
