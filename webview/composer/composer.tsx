import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Status } from '../../src/protocol/chat.js';
import { prose } from '../../src/protocol/prose.js';
import { Dropdown } from '../components/dropdown.js';
import { loadDraft, post, saveDraft } from '../host.js';
import { IconButton } from '../icon-button.js';
import { Icon } from '../icon.js';
import { atDraft, newer, older } from './input-history.js';
import type { HistoryStep } from './input-history.js';
import { Meter } from './meter.js';

/** The protocol's limit for one message, in UTF-16 units. */
const longest = 200_000;

export interface ComposerProps {
  readonly status: Status;
  /** The person's earlier messages, oldest first. */
  readonly messages: readonly string[];
  /** Text that is to be put in; `count` tells equal ones apart. */
  readonly compose: { readonly text: string; readonly append?: boolean; readonly count: number };
}

/** Where the person writes. Enter sends, Shift+Enter breaks the line, ArrowUp brings earlier messages, Escape stops. */
export function Composer({ status, messages, compose }: ComposerProps): VNode {
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(loadDraft);
  const place = useRef(atDraft);

  const put = (value: string): void => {
    setText(value);
    saveDraft(value);
  };
  useEffect(() => {
    if (compose.count === 0) return;
    place.current = atDraft;
    put(compose.append === true && text.trim() !== '' ? `${text.trimEnd()}\n\n${compose.text}` : compose.text);
    area.current?.focus();
  }, [compose.count]);
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);

  const canSend = !status.running && status.model !== undefined && text.trim() !== '' && text.length <= longest;
  const send = (): void => {
    if (!canSend) return;
    post({ type: 'send', text });
    place.current = atDraft;
    put('');
  };
  const step = (taken: HistoryStep | undefined): boolean => {
    if (!taken) return false;
    place.current = taken.place;
    put(taken.text);
    return true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const element = area.current;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape' && status.running) {
      event.preventDefault();
      post({ type: 'stop' });
    } else if (event.key === 'ArrowUp' && element && !text.slice(0, element.selectionStart).includes('\n')) {
      if (step(older(messages, place.current, text))) event.preventDefault();
    } else if (event.key === 'ArrowDown' && element && !text.slice(element.selectionEnd).includes('\n')) {
      if (step(newer(messages, place.current))) event.preventDefault();
    }
  };
  return (
    <form class="composer" aria-label="Message" onSubmit={(event) => event.preventDefault()}>
      <div class="composer-box">
        <textarea
          ref={area} rows={1} value={text} aria-label="Message to Axon" placeholder={placeholderOf(status)} spellcheck={true}
          onInput={(event) => {
            place.current = atDraft;
            put(event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
        />
        {text.length > longest && <p class="too-long" role="alert">Too long by {(text.length - longest).toLocaleString('en')} characters. Put it into a file and name the file.</p>}
        <div class="composer-bar">
          <Dropdown label={`Agent: ${status.agent.detail}`} value={status.agent.id} options={status.agents} disabled={status.running} onSelect={(id) => post({ type: 'select-agent', id })} />
          <ModelButton status={status} />
          <Meter status={status} />
          {status.running
            ? <IconButton class="send" icon="stop" label="Stop (Escape)" onClick={() => post({ type: 'stop' })} />
            : <IconButton class="send" icon="arrow-up" label="Send (Enter)" disabled={!canSend} onClick={send} />}
        </div>
      </div>
    </form>
  );
}

function ModelButton({ status: { model } }: { readonly status: Status }): VNode {
  const name = model ? prose(model.label) : 'Choose a model';
  const detail = model ? `Model: ${name}, ${model.isLanguageModel ? prose(model.detail) : 'no language model'}` : name;
  return (
    <button type="button" class="model-button" title={detail} aria-label={model ? `${detail}. Change the model` : name} onClick={() => post({ type: 'command', command: 'chooseModel' })}>
      <span>{name}</span><Icon name="chevron-down" />
    </button>
  );
}

function placeholderOf(status: Status): string {
  if (!status.model) return 'Choose a model to begin';
  if (status.running) return 'Axon is working. Escape stops it.';
  return status.model.isLanguageModel ? `Ask ${prose(status.agent.label)}` : 'Try: read README.md';
}
