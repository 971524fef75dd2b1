import type { Token, Tokens } from 'marked';
import type { ComponentChild, VNode } from 'preact';
import { prose } from '../../src/protocol/prose.js';
import { post } from '../host.js';
import { Icon } from '../icon.js';
import { decodeEntities } from './entities.js';
import { addressBeside, linkTarget } from './link.js';
import type { Target } from './link.js';

/**
 * Draws the inline tokens of an answer as elements of ours. No HTML text is made anywhere, so nothing in an answer can
 * become an element, an attribute or a style; what isn't known here is shown as it was written.
 */
export function inline(tokens: readonly Token[] | undefined): ComponentChild[] {
  return (tokens ?? []).map((token) => one(token as Tokens.Generic & Token));
}

/** References are decoded first: `&#8238;` must not bring back what was made visible before. */
const readable = (text: string): string => prose(decodeEntities(text));

function one(token: Token): ComponentChild {
  switch (token.type) {
    case 'text': {
      const text = token as Tokens.Text;
      return text.tokens ? inline(text.tokens) : readable(text.text);
    }
    case 'escape':
      return (token as Tokens.Escape).text;
    case 'strong':
      return <strong>{inline((token as Tokens.Strong).tokens)}</strong>;
    case 'em':
      return <em>{inline((token as Tokens.Em).tokens)}</em>;
    case 'del':
      return <del>{inline((token as Tokens.Del).tokens)}</del>;
    case 'codespan':
      return <code class="code-span">{(token as Tokens.Codespan).text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return link(token as Tokens.Link);
    case 'image':
      return image(token as Tokens.Image);
    case 'checkbox':
      return <Icon name={(token as Tokens.Checkbox).checked ? 'check' : 'stop'} label={(token as Tokens.Checkbox).checked ? 'done' : 'not done'} />;
    default:
      return token.raw;
  }
}

function link(token: Tokens.Link): ComponentChild {
  const target = linkTarget(decodeEntities(token.href));
  if (!target) return token.raw;
  return <Link target={target} text={readable(token.text)}>{inline(token.tokens)}</Link>;
}

function Link({ target, text, children }: { readonly target: Target; readonly text: string; readonly children: ComponentChild }): VNode {
  const open = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
    post({ type: 'open-link', url: target.url });
  };
  const beside = addressBeside(text, target);
  // No href: the editor and the browser would follow, prefetch or preview it by themselves.
  return (
    <span
      class="link" role="link" tabIndex={0} title={target.url} onClick={open}
      onKeyDown={(event) => {
        if (event.key === 'Enter') open(event);
      }}
    >
      <span class="link-text">{children}</span>
      {beside !== '' && <span class="link-address"> ({beside})</span>}
    </span>
  );
}

/** Pictures are never loaded: an address in an answer can carry out what the model read. */
function image(token: Tokens.Image): VNode {
  return (
    <span class="picture" title="Pictures in answers are not loaded: an address can carry data out.">
      <Icon name="file" label="Picture, not loaded:" /> {readable(token.text)} <span class="picture-address">{readable(token.href)}</span>
    </span>
  );
}
