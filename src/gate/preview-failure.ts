import { AxonError, isCancelled } from '../errors.js';
import type { Policy, PolicyQuestion, ToolFacts } from '../policy/engine.js';

const reading: ToolFacts = { name: 'file_read', effect: 'read', risk: 'low', approval: 'grantable' };

/** Errors that tell of the text in the file, or whether there is a file: the system refuses (`io`) only what is there. */
const telling: ReadonlySet<string> = new Set(['not-found', 'ambiguous', 'invalid-arguments', 'not-text', 'too-large', 'io']);

/**
 * Working out a change reads the file before anybody was asked. When it fails, the reason may tell what the file holds
 * ("the text is not there; the closest line is …", "it has exactly this text already"), so the model gets it only for files that it may read anyway.
 */
export async function withoutContents(
  error: unknown,
  question: PolicyQuestion,
  policy: Policy,
  covered: (decision: Awaited<ReturnType<Policy['decide']>>['decision']) => boolean,
): Promise<unknown> {
  if (!(error instanceof AxonError) || isCancelled(error)) return error;
  if (!telling.has(error.code)) return error;
  const subjects = question.subjects.flatMap((each) => (each.kind === 'path' ? [{ ...each, operation: 'read' as const }] : []));
  const { decision } = await policy.decide({ ...question, tool: reading, subjects });
  if (decision.verdict === 'allow' || (decision.verdict === 'ask' && covered(decision))) return error;
  return new AxonError(error.code, 'The change does not fit the file as it is, or there is no such file.', 'Read the file with file_read first; the person is asked for that.');
}
