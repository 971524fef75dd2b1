import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { shownArguments } from '../../src/protocol/arguments.js';
import type { Details as EventDetails, Filter, LayerView, Row } from '../../src/protocol/audit.js';
import { nameOfId } from '../../src/protocol/audit-names.js';
import { exactLine } from '../../src/protocol/exact-text.js';
import { Button } from '../components/button.js';
import { duration } from '../format.js';
import { Icon } from '../icon.js';
import { IconButton } from '../icon-button.js';
import { ExactField } from '../transcript/exact-field.js';
import { withoutEnd } from './call-end.js';
import { Fact } from './fact.js';
import { decidedWords, decisionName, eventName, layerName, shortName } from './names.js';
import { clockTime, exactTime, worldTime } from './times.js';

export interface DetailsProps {
  readonly details: EventDetails;
  /** Whether its heading takes the focus when it is opened. */
  readonly takesFocus: boolean;
  readonly onClose: () => void;
  readonly onOpen: (row: Row) => void;
  readonly onOnly: (filter: Filter) => void;
  readonly onStory: (sessionId: string) => void;
  readonly onConversation: () => void;
  readonly onExplain: () => void;
  readonly onCopy: (form: 'json' | 'text') => void;
}

/** All that was recorded of one event, to the last character. */
export function Details(props: DetailsProps): VNode {
  const { details, onOnly } = props;
  const { type, tool, agent, source, sessionId, decision, risk, rule, callId } = details;
  const { name, icon, tone } = eventName(type);
  const toolName = tool === undefined ? undefined : nameOfId('tools', tool);
  const heading = useRef<HTMLHeadingElement>(null);
  const pane = useRef<HTMLElement>(null);
  useEffect(() => {
    pane.current?.scrollTo(0, 0);
    if (props.takesFocus) heading.current?.focus();
  }, [details.id]);
  return (
    <section class="details" ref={pane} aria-label="The event" onKeyDown={(event) => {
      if (event.key === 'Escape') props.onClose();
    }}>
      <header class="details-head">
        <span class={tone ? `tone-${tone}` : ''}><Icon name={icon} /></span>
        <h2 ref={heading} tabIndex={-1}>{name}{tool !== undefined && <span class="details-tool"> {shortName(tool)}</span>}</h2>
        <IconButton icon="close" label="Close the event" onClick={props.onClose} />
      </header>
      <div class="details-actions">
        {callId !== undefined && <Button onClick={props.onExplain} title="Opens why the call was decided so, and how it would be decided now">Explain</Button>}
        <Button class="to-story" onClick={() => props.onStory(sessionId)} disabled={sessionId === ''}>Story of the session</Button>
        <Button onClick={props.onConversation} title={details.conversation === undefined ? 'This conversation is no longer kept here' : 'Opens it in the chat'} disabled={details.conversation === undefined}>Conversation</Button>
        <Button onClick={() => props.onCopy('json')}>Copy JSON</Button>
        <Button onClick={() => props.onCopy('text')}>Copy text</Button>
      </div>
      <dl class="facts">
        <Fact name="Time" value={exactTime(details.at)} />
        <Fact name="UTC" value={worldTime(details.at)} />
        {details.clock !== undefined && <Fact name="Clock said" value={exactTime(details.clock)} note="(it had gone back)" />}
        <Fact name="Event" value={type} note={`(${name})`} onOnly={() => onOnly({ type })} />
        {tool !== undefined && <Fact name="Tool" value={tool} {...(toolName !== undefined && { note: `(${toolName})` })} onOnly={() => onOnly({ tool })} />}
        {agent !== undefined && <Fact name="Agent" value={agent} onOnly={() => onOnly({ agent })} />}
        <Fact name="Asked from" value={source} />
        {decision !== undefined && <Fact name="Decision" value={decision} note={`(${decisionName(decision)})`} onOnly={() => onOnly({ decision })} />}
        {decision === undefined && type === 'tool_denied' && <Fact name="Decision" value="refused by policy" />}
        <Fact name="Risk" value={risk} />
        {rule !== undefined && <Fact name="Rule" value={rule} onOnly={() => onOnly({ rule })} />}
        <Fact name="Reason" value={details.reason} />
        <Fact name="Took" value={details.milliseconds === undefined ? undefined : `${duration(details.milliseconds, true)} (${Math.round(details.milliseconds).toLocaleString('en')} ms)`} />
        <Fact name="Session" value={sessionId} onOnly={() => onOnly({ sessionId })} {...(details.conversation !== undefined && { note: `“${shortName(details.conversation)}”` })} />
      </dl>
      <Arguments details={details} />
      <Result details={details} />
      {details.layers.length > 0 && <Layers layers={details.layers} why={details.layersWhy} />}
      {details.call.length > 0 && <Call rows={details.call} ended={details.windowEnded === true} current={details.id} onOpen={props.onOpen} />}
      <section class="details-part">
        <h3>In the log</h3>
        <dl class="facts">
          <Fact name="Event id" value={details.id} />
          <Fact name="Call" value={callId} />
          <Fact name="Window" value={details.window} />
          <Fact name="Keyed hash" value={details.hash} />
        </dl>
      </section>
    </section>
  );
}

function Arguments({ details: { arguments: text, argumentsSize, argumentsHash } }: { readonly details: EventDetails }): VNode | null {
  if (text === undefined) return null;
  return (
    <section class="details-part">
      <h3>Arguments</h3>
      {shownArguments(text).map(({ name, text: value }) => (
        <div key={name ?? ''}>
          {name !== undefined && <span class="argument-name">{exactLine(name)}</span>}
          <ExactField label={name === undefined ? 'Arguments' : `Argument ${exactLine(name)}`} text={value} />
        </div>
      ))}
      {argumentsSize !== undefined && <p class="details-note">Cut: the first {text.length.toLocaleString('en')} of {argumentsSize.toLocaleString('en')} characters were kept.</p>}
      {argumentsHash !== undefined && <p class="details-note">SHA-256 of the whole: <code>{exactLine(argumentsHash)}</code></p>}
    </section>
  );
}

function Result({ details: { result, resultSize, resultHash, error } }: { readonly details: EventDetails }): VNode | null {
  if (result === undefined && error === undefined) return null;
  const cut = result !== undefined && resultSize !== undefined && resultSize > result.length;
  return (
    <section class="details-part">
      <h3>{error === undefined ? 'Result' : 'What went wrong'}</h3>
      {error !== undefined && <ExactField label="What went wrong" text={error} />}
      {result !== undefined && (result === '' ? <p class="details-note">It gave back nothing.</p> : <ExactField label="Result" text={result} />)}
      {cut && <p class="details-note">Cut: the first {result.length.toLocaleString('en')} of {resultSize.toLocaleString('en')} characters were kept.</p>}
      {resultHash !== undefined && <p class="details-note">SHA-256 of the whole: <code>{exactLine(resultHash)}</code></p>}
    </section>
  );
}

function Layers({ layers, why }: { readonly layers: readonly LayerView[]; readonly why: string | undefined }): VNode {
  return (
    <section class="details-part">
      <h3>Why it was decided so</h3>
      <ol class="layers">
        {layers.map(({ layer, verdict, risk, rule, reason, won }) => (
          <li key={layer} class={won ? 'layer layer-won' : 'layer'}>
            <p><strong>{layerName(layer)}</strong>: {verdict}, {risk} risk {won && <span class="tag">this decided</span>}</p>
            <p class="layer-rule"><code>{exactLine(rule)}</code></p>
            <p>{exactLine(reason)}</p>
          </li>
        ))}
      </ol>
      {why !== undefined && <p class="details-note">{why} Layers without an objection are left out.</p>}
    </section>
  );
}

/** The other events of the same call, with the time between them. */
function Call({ rows, ended, current, onOpen }: { readonly rows: readonly Row[]; readonly ended: boolean; readonly current: string; readonly onOpen: (row: Row) => void }): VNode {
  const noEnd = withoutEnd(rows, ended);
  return (
    <section class="details-part">
      <h3>This call</h3>
      <ol class="call-events">
        {rows.map((row, index) => {
          const before = rows[index - 1];
          const words = <>{eventName(row.type).name}{decidedWords(row) !== '' && `, ${decidedWords(row)}`}</>;
          return (
            <li key={row.id} class={row.id === current ? 'call-event call-event-current' : 'call-event'}>
              <span class="call-event-time">{clockTime(row.at)}</span>
              {row.id === current ? <span aria-current="true">{words}</span> : <button type="button" class="text-button" onClick={() => onOpen(row)}>{words}</button>}
              {before && <span class="fact-note">after {duration(row.at - before.at, true)}</span>}
            </li>
          );
        })}
      </ol>
      {noEnd !== undefined && <p class="details-note">{noEnd}</p>}
    </section>
  );
}
