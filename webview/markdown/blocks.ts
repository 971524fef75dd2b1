import { Marked } from 'marked';
import type { Token, TokensList } from 'marked';
import { prose } from '../../src/protocol/prose.js';

const marked = new Marked({ gfm: true, breaks: false });

/** One top-level piece of an answer. The same object comes back as long as its text didn't change. */
export interface Block {
  readonly token: Token;
}

/**
 * Splits a growing Markdown text into blocks. Text that was appended can change only the last blocks, so the earlier
 * ones are kept as they are and only the tail is read again. `finished` reads the whole once more, for links whose
 * address was defined further down.
 */
export class BlockReader {
  #source = '';
  #blocks: Block[] = [];

  read(text: string, finished: boolean): readonly Block[] {
    const source = prose(text);
    if (source === this.#source && !finished) return this.#blocks;
    const keep = !finished && source.startsWith(this.#source) ? Math.max(0, this.#blocks.length - 2) : 0;
    const kept = this.#blocks.slice(0, keep);
    const from = kept.reduce((sum, block) => sum + block.token.raw.length, 0);
    const fresh = lex(source.slice(from)).map((token): Block => ({ token }));
    // Lexing may change the text (a tab, a form feed): then lengths no longer add up and everything is read anew.
    const intact = fresh.reduce((sum, block) => sum + block.token.raw.length, from) === source.length;
    const blocks = intact || keep === 0 ? [...kept, ...fresh] : lex(source).map((token): Block => ({ token }));
    this.#blocks = blocks.map((block, index) => {
      const before = this.#blocks[index];
      return !finished && before?.token.raw === block.token.raw && before.token.type === block.token.type ? before : block;
    });
    this.#source = source;
    return this.#blocks;
  }
}

function lex(source: string): TokensList | Token[] {
  try {
    return marked.lexer(source);
  } catch {
    // A parser that gives up must not take the answer with it: it is shown as it was written.
    return [{ type: 'text', raw: source, text: source, escaped: false }];
  }
}
