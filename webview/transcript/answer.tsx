import type { VNode } from 'preact';
import type { AnswerItem } from '../../src/protocol/transcript.js';
import { prose } from '../../src/protocol/prose.js';
import { dollars, tokens } from '../format.js';
import { Icon } from '../icon.js';
import { CopyButton } from '../markdown/code-block.js';
import { Markdown } from '../markdown/markdown.js';

/** One answer of the model, or of the built-in guide, which says at every answer that it is none. */
export function Answer({ item }: { readonly item: AnswerItem }): VNode {
  const guide = item.isLanguageModel === false;
  return (
    <article class="answer" aria-label={`Answer of ${prose(item.model)}`} aria-busy={item.streaming}>
      <header class="answer-head">
        <Icon name={guide ? 'compass' : 'sparkle'} />
        <h2 class="answer-model">{prose(item.model)}</h2>
        {guide && <span class="tag">no language model</span>}
      </header>
      {item.text !== '' && <Markdown text={item.text} streaming={item.streaming} />}
      {item.streaming && item.text === '' && <p class="thinking"><span /><span /><span /><span class="sr-only">Waiting for the answer</span></p>}
      {!item.streaming && <Foot item={item} />}
    </article>
  );
}

function Foot({ item }: { readonly item: AnswerItem }): VNode | null {
  const { usage, cost } = item;
  const facts = [
    item.stopped ? 'stopped' : '',
    usage ? `${tokens(usage.input)} in, ${tokens(usage.output)} out` : '',
    cost === undefined ? '' : dollars(cost),
  ].filter((fact) => fact !== '');
  if (item.text === '' && facts.length === 0) return null;
  return (
    <footer class="answer-foot">
      <span title={usage ? 'Tokens of this answer' : undefined}>{facts.join(' · ')}</span>
      {item.text !== '' && <CopyButton text={item.text} label="Copy the answer" />}
    </footer>
  );
}
