import type { Token, Tokens } from 'marked';
import type { ComponentChild, ComponentChildren, VNode } from 'preact';
import { CodeBlock } from './code-block.js';
import { inline } from './inline.js';

/** Draws one block of an answer, as elements of ours. What isn't known here is shown as it was written. */
export function block(token: Token): ComponentChild {
  switch (token.type) {
    case 'space':
      return null;
    case 'paragraph':
      return <p>{inline((token as Tokens.Paragraph).tokens)}</p>;
    case 'heading':
      return heading(token as Tokens.Heading);
    case 'code': {
      const code = token as Tokens.Code;
      return <CodeBlock text={code.text} info={code.lang ?? ''} />;
    }
    case 'blockquote':
      return <blockquote>{blocks((token as Tokens.Blockquote).tokens)}</blockquote>;
    case 'list':
      return list(token as Tokens.List);
    case 'table':
      return table(token as Tokens.Table);
    case 'hr':
      return <hr />;
    case 'html':
      return <p class="as-written">{token.raw.trim()}</p>;
    case 'def':
      // Definitions are no part of a rendered page, and so a place to hide words for the model: they are shown.
      return <p class="as-written">{token.raw.trim()}</p>;
    default:
      return <p>{inline([token])}</p>;
  }
}

const blocks = (tokens: readonly Token[]): ComponentChild[] => tokens.map((token) => block(token));

/** Below the heading of the answer itself; models skip levels, so that only two are told apart in the outline. */
function heading(token: Tokens.Heading): VNode {
  const look = `heading-${Math.min(4, token.depth)}`;
  return token.depth <= 3 ? <h3 class={look}>{inline(token.tokens)}</h3> : <h4 class={look}>{inline(token.tokens)}</h4>;
}

function list(token: Tokens.List): VNode {
  const items = token.items.map((item) => <li class={item.task ? 'task' : undefined}>{itemContent(item, token.loose)}</li>);
  if (!token.ordered) return <ul>{items}</ul>;
  return <ol start={token.start === '' ? 1 : token.start}>{items}</ol>;
}

/** In a tight list the text stands in the item itself, without a paragraph's distance. */
function itemContent(item: Tokens.ListItem, loose: boolean): ComponentChildren {
  return item.tokens.map((token) => (!loose && (token.type === 'text' || token.type === 'checkbox') ? inline([token]) : block(token)));
}

function table(token: Tokens.Table): VNode {
  const cells = (row: readonly Tokens.TableCell[]): VNode[] => row.map((cell) => <td class={alignment(cell)}>{inline(cell.tokens)}</td>);
  return (
    <div class="table" tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <tr>{token.header.map((cell) => <th scope="col" class={alignment(cell)}>{inline(cell.tokens)}</th>)}</tr>
        </thead>
        <tbody>{token.rows.map((row) => <tr>{cells(row)}</tr>)}</tbody>
      </table>
    </div>
  );
}

const alignment = (cell: Tokens.TableCell): string | undefined => (cell.align ? `align-${cell.align}` : undefined);
