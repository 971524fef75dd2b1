import type { ApprovalRequest } from '../gate/approval.js';
import { factsOf } from '../tools/preview.js';
import { exactLine, exactText, exactTitle } from '../protocol/exact-text.js';

/** Characters of all this that a notification can show: it cuts its text at 1,000. */
const most = 600;
/** Characters of arguments that a person reads on one line. */
const mostArguments = 300;
/** Characters of a row in the palette that are in sight at its usual width. */
const mostInRow = 90;

/** The arguments on one line, every character shown or counted. */
function argumentsLine({ argumentsText }: ApprovalRequest): string {
  return exactLine(JSON.stringify(JSON.parse(argumentsText)));
}

/**
 * All that a person has to read before allowing, on one line: the exact arguments, the warnings, the reason, and what a
 * permission for the session would cover. Undefined when it doesn't fit, or when there is a change to look at: then a
 * notification may offer to review, not to allow, because nobody may allow what they can't read.
 */
export function wholeRequest(request: ApprovalRequest): string | undefined {
  const { warnings, reason, grant, preview } = request;
  const line = withoutLinks(argumentsLine(request));
  const rest = [...warnings.map((each) => `⚠ ${each}`), reason, ...(grant ? [`For the session: ${grant.label}.`] : [])];
  const text = [line, ...rest.map((each) => withoutLinks(exactLine(each)))].join(' ');
  return line.length <= mostArguments && text.length <= most && preview === undefined ? text : undefined;
}

/** The arguments for a row of the palette; undefined when the row can't show all that has to be read before allowing. */
export function rowOfRequest(request: ApprovalRequest): string | undefined {
  const line = argumentsLine(request);
  return line.length <= mostInRow && request.preview === undefined && request.warnings.length === 0 ? inPicker(line) : undefined;
}

export function headline(request: ApprovalRequest): string {
  return `Axon asks: ${withoutLinks(exactTitle(request.title, 150))} (${request.risk} risk)`;
}

/** Text for a row or a title of the palette, on one line. The palette draws `$(check)` as a picture, so that is broken up. */
export function pickText(text: string): string {
  return inPicker(exactLine(text));
}

/** The whole request as a text to read: what, how risky, why, what to beware of, what a permission would cover, and the exact arguments. */
export function requestText(request: ApprovalRequest): string {
  const { title, tool, agent, risk, reason, rule, warnings, grant, preview, argumentsText } = request;
  const lines = [
    exactLine(title),
    '',
    `Tool:     ${tool}, asked for by the agent ${exactLine(agent)}`,
    `Risk:     ${risk}`,
    `Reason:   ${exactLine(reason)} (rule ${rule})`,
    ...warnings.map((each) => `Warning:  ${exactLine(each)}`),
    `Session:  ${grant ? exactLine(grant.label) : 'it can only be allowed once'}`,
    ...factsOf(preview).map((each) => `Files:    ${exactLine(each)}`),
    '',
    'Exact arguments. What stands in angle brackets is a mark of Axon for what could not be seen:',
    '',
    exactText(argumentsText),
  ];
  return `${lines.join('\n')}\n`;
}

/** Notifications make links of `[text](address)`. */
function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}

function inPicker(text: string): string {
  return text.replaceAll('$(', '$ (');
}
