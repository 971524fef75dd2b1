import type { VNode } from 'preact';
import type { Status, ToHost } from '../src/protocol/chat.js';
import { post } from './host.js';
import { Icon } from './icon.js';
import type { IconName } from './icon.js';

type Command = Extract<ToHost, { type: 'command' }>['command'];

const ways: readonly { readonly command: Command; readonly icon: IconName; readonly title: string; readonly detail: string }[] = [
  { command: 'useGuide', icon: 'compass', title: 'Use the built-in guide', detail: 'No key, no network, no language model: plain commands, to see how Axon asks.' },
  { command: 'chooseModel', icon: 'sparkle', title: 'Choose a model from the editor', detail: 'Whatever this editor already offers, for example Copilot.' },
  { command: 'setApiKey', icon: 'key', title: 'Set an API key', detail: 'Anthropic, OpenAI, or a compatible server. Kept in the secret storage.' },
  { command: 'useLocalModel', icon: 'server', title: 'Use a local model', detail: 'Ollama, found on this machine.' },
];

const promptsForModel = ['Explain how this project is built', 'Find and fix the failing test', 'Review my uncommitted changes', 'Write tests for the open file'];
const promptsForGuide = ['list', 'read README.md', 'search TODO', 'run git status', 'python: print(2**64)'];

export interface EmptyStateProps {
  readonly status: Status;
  /** Puts an example into the composer. */
  readonly onPrompt: (text: string) => void;
}

/** What a newcomer sees: what this is, a way to a model, and something to ask. */
export function EmptyState({ status, onPrompt }: EmptyStateProps): VNode {
  return (
    <section class="empty" aria-label="Welcome">
      <span class="empty-mark"><Icon name="shield-check" /></span>
      <h2>Axon</h2>
      <p class="empty-lead">A coding agent that asks before it acts. It works only through guards, and writes down everything it did.</p>
      {!status.hasFolder && (
        <p class="empty-folder">No folder is open, so there are no files to work with. <button type="button" class="text-button" onClick={() => post({ type: 'command', command: 'openFolder' })}>Open a folder</button></p>
      )}
      {status.model && <Prompts guide={!status.model.isLanguageModel} onPrompt={onPrompt} />}
      {!status.model?.isLanguageModel && <Ways hasGuide={status.model !== undefined} />}
    </section>
  );
}

function Ways({ hasGuide }: { readonly hasGuide: boolean }): VNode {
  return (
    <>
      <h3>{hasGuide ? 'Or talk in your own words' : 'How should Axon think?'}</h3>
      <ul class="ways">
        {ways.filter((way) => !hasGuide || way.command !== 'useGuide').map(({ command, icon, title, detail }) => (
          <li key={command}>
            <button type="button" class="way" title={detail} onClick={() => post({ type: 'command', command })}>
              <Icon name={icon} />
              <span><span class="way-title">{title}</span>{!hasGuide && <span class="way-detail">{detail}</span>}</span>
              <Icon name="chevron-right" />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Prompts({ guide, onPrompt }: { readonly guide: boolean; readonly onPrompt: (text: string) => void }): VNode {
  return (
    <>
      {guide && <p class="empty-guide"><span class="tag">no language model</span> The guide understands plain commands. Try one:</p>}
      <ul class="prompts">
        {(guide ? promptsForGuide : promptsForModel).map((text) => (
          <li key={text}><button type="button" class={guide ? 'prompt prompt-code' : 'prompt'} onClick={() => onPrompt(text)}>{text}</button></li>
        ))}
      </ul>
    </>
  );
}
