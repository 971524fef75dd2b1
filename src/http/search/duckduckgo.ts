import type { SearchResult } from '../../ports/web.js';
import { decodeEntities } from '../html-entities.js';
import { htmlToText } from '../html-to-text.js';
import type { ProviderApi } from './provider-api.js';
import { oneLine, webAddress } from './results-from-json.js';

/** DuckDuckGo's page for browsers without scripts. It has no API for programs, and shows them a puzzle when they ask often. */
export const duckduckgo: ProviderApi = {
  request: (query) => ({ path: `/html/?${new URLSearchParams({ q: query }).toString()}`, headers: { accept: 'text/html' } }),
  results(body) {
    const results = resultsIn(body);
    const isAnswer = results.length > 0 || /class="[^"]{0,100}\bno-results\b/.test(body);
    return isAnswer ? results : undefined;
  },
  problem: (status, body) => (status === 202 || (status === 200 && body.includes('anomaly-modal')) ? 'robot' : undefined),
};

/** Each result is a block with a link of the class `result__a`, and mostly one of the class `result__snippet`. Advertisements are left out. */
function resultsIn(html: string): readonly SearchResult[] {
  const blocks = html.split(/<div class="(?=[^"]{0,200}\bresult\b)/, 60).slice(1);
  return blocks.flatMap((block) => {
    const [classes = ''] = block.split('"', 1);
    const link = linkOf(block, 'result__a');
    const url = link && targetOf(link.href);
    if (link === undefined || url === undefined || /\bresult--ad\b/.test(classes)) return [];
    return [{ title: oneLine(link.text, 200), url, snippet: oneLine(linkOf(block, 'result__snippet')?.text ?? '', 600) }];
  });
}

function linkOf(block: string, className: string): { href: string; text: string } | undefined {
  const at = block.indexOf(`class="${className}"`);
  const start = at === -1 ? -1 : block.lastIndexOf('<a', at);
  const open = start === -1 ? -1 : block.indexOf('>', at);
  const close = open === -1 ? -1 : block.indexOf('</a', open);
  if (close === -1) return undefined;
  const href = /\shref="([^"]{1,4000})"/.exec(block.slice(start, open))?.[1];
  return href === undefined ? undefined : { href: decodeEntities(href), text: htmlToText(block.slice(open + 1, close)).text };
}

/** Links lead through DuckDuckGo, with the real address in `uddg`. */
function targetOf(href: string): string | undefined {
  const url = URL.parse(href, 'https://duckduckgo.com/');
  const isOwn = url?.hostname === 'duckduckgo.com' || url?.hostname.endsWith('.duckduckgo.com');
  return webAddress(isOwn ? url?.searchParams.get('uddg') : url?.href);
}
