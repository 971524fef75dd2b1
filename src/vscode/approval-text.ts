import type { ApprovalRequest } from '../gate/approval.js';
import { visibleLine } from '../visible.js';

/** Characters of a request that a notification can show without cutting it. */
const most = 300;

/**
 * The exact arguments on one line, or undefined when they don't fit: then a notification may offer to review, not to allow,
 * because nobody may allow what they can't read. `](` is broken up since notifications turn it into links.
 */
export function argumentsOnOneLine(request: ApprovalRequest): string | undefined {
  const line = withoutLinks(visibleLine(JSON.stringify(JSON.parse(request.argumentsText))));
  return line.length <= most && request.preview === undefined ? line : undefined;
}

export function headline(request: ApprovalRequest): string {
  const title = withoutLinks(visibleLine(request.title));
  return `Axon asks: ${title.length > 150 ? `${title.slice(0, 149)}…` : title} (${request.risk} risk)`;
}

function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
