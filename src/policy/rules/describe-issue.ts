import type * as z from 'zod/mini';

type Issue = z.core.$ZodIssue;

/** What a person reads about a value that doesn't fit the schema of a rule, as sentences. */
export function describeIssue(issue: Issue): string {
  const name = issue.path.findLast((each) => typeof each === 'string');
  const it = name === undefined ? 'This' : `“${name}”`;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => `“${key.slice(0, 60)}” is not known here.`).join(' ');
    case 'invalid_type':
      return issue.input === undefined && issue.path.length > 0 ? `${it} is missing, or is no ${issue.expected}.` : `${it} has to be of the type ${issue.expected}.`;
    case 'invalid_value':
      return `${it} has to be one of ${issue.values.map((each) => JSON.stringify(each)).join(', ')}.${name === 'verdict' && issue.input === 'allow' ? onlyTighten : ''}`;
    case 'too_big':
      return `${it} is too long: ${String(issue.maximum)} at most.`;
    case 'too_small':
      return `${it} is empty.`;
    case 'invalid_union':
      return name === 'tool' ? '“tool” has to be the name of a tool such as file_read or file_*, or a list of them.' : `${it} has a form that is not known.`;
    case 'invalid_format':
      return name === undefined ? 'This has a form that is not allowed.' : (formats[name] ?? `${it} has to be one line of text, without control characters.`);
    default:
      return `${it} is not allowed.`;
  }
}

/** Only the file of a workspace has no `allow`. */
const onlyTighten = ' The rules of a workspace can only tighten: what allows belongs in your own settings, axon.policy.rules.';

const formats: Readonly<Record<string, string>> = {
  id: '“id” has to be of lower-case letters and digits, with single hyphens in between: no-push-to-main.',
  tool: '“tool” has to be the name of a tool such as file_read or file_*.',
};
