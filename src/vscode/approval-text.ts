import type { ApprovalRequest } from '../gate/approval.js';
import { visibleLine } from '../visible.js';

/** Characters of all this that a notification can show: it cuts its text at 1,000. */
const most = 600;
/** Characters of arguments that a person reads on one line. */
const mostArguments = 300;

/**
 * All that a person has to read before allowing, on one line: the exact arguments, the warnings, the reason, and
 * what a permission for the session would cover. Undefined when
 * it doesn't fit, or when there is a change to look at: then a notification may offer to review, not to allow, because
 * nobody may allow what they can't read.
 */
export function wholeRequest({ argumentsText, warnings, reason, grant, preview }: ApprovalRequest): string | undefined {
  const line = withoutLinks(visibleLine(JSON.stringify(JSON.parse(argumentsText))));
  const rest = [...warnings.map((each) => `⚠ ${each}`), reason, ...(grant ? [`For the session: ${grant.label}.`] : [])];
  const text = [line, ...rest.map((each) => withoutLinks(visibleLine(each)))].join(' ');
  return line.length <= mostArguments && text.length <= most && preview === undefined ? text : undefined;
}

export function headline(request: ApprovalRequest): string {
  const title = withoutLinks(visibleLine(request.title));
  return `Axon asks: ${title.length > 150 ? `${title.slice(0, 149)}…` : title} (${request.risk} risk)`;
}

/** Text for a row of the palette, on one line. The palette draws `$(check)` as a picture, so that is broken up. */
export function pickText(text: string): string {
  return visibleLine(text).replaceAll('$(', '$ (');
}

/** Notifications make links of `[text](address)`. */
function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
