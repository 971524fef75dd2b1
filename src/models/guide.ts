import { type GuideStep, parseGuideMessage } from './guide-language.js';
import { announcement, guideHelp, missingTool, notUnderstood, type StepResult, summary } from './guide-text.js';
import type { Model, ModelCall, ModelEvent, ModelMessage, ModelRequest } from './model.js';

/**
 * The built-in guide: what a newcomer meets before there is a key, and what tests drive. It needs no key and no network,
 * and it is no language model: it reads the person's last message in the small language of `guide-language.ts` and takes
 * the steps one after the other, each call after the result of the one before. The first step that isn't done ends it.
 *
 * It has no state: the same messages always give the same answer.
 */
export const guide: Model = {
  id: 'guide',
  label: 'Built-in guide',
  provider: 'this machine, no language model',
  isLanguageModel: false,
  contextTokens: 1_000_000,
  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const { text, call } = answer(request);
    for (const line of text.split(/(?<=\n)/)) {
      if (signal.aborted) throw new DOMException('The request was stopped.', 'AbortError');
      yield { type: 'text', text: line };
    }
    if (call) yield { type: 'call', call };
    yield { type: 'stop', reason: call ? 'calls' : 'end' };
  },
};

function answer({ messages, tools }: ModelRequest): { text: string; call?: ModelCall } {
  const last = messages.findLastIndex((each) => each.role === 'user');
  const asked = messages[last];
  const message = parseGuideMessage(asked?.role === 'user' ? asked.text : '');
  if (message.kind === 'help') return { text: guideHelp };
  if (message.kind === 'unknown') return { text: notUnderstood(message.line, message.why) };
  const { steps } = message;
  const results = resultsOf(messages.slice(last + 1), steps);
  // The tools are looked at before the first step, so that a message isn't done by half.
  const missing = steps.slice(results.length).find((step) => !tools.some((tool) => tool.name === step.tool));
  const next = steps[results.length];
  if (next === undefined || results.at(-1)?.isError === true) return { text: summary(results, steps) };
  if (missing) return { text: results.length === 0 ? missingTool(missing) : `${summary(results, steps)}\n\n${missingTool(missing)}` };
  const call: ModelCall = { id: nextCallId(messages), name: next.tool, argumentsJson: JSON.stringify(next.arguments) };
  return { text: announcement(next, results.length + 1, steps.length), call };
}

/** The results of the calls made since the person's message, in order; call and step have the same number. */
function resultsOf(messages: readonly ModelMessage[], steps: readonly GuideStep[]): StepResult[] {
  const calls = messages.flatMap((each) => (each.role === 'assistant' ? each.calls : []));
  return calls.slice(0, steps.length).flatMap((call, at) => {
    const step = steps[at];
    const result = messages.find((each) => each.role === 'tool' && each.callId === call.id);
    return step && result?.role === 'tool' ? [{ step, text: result.text, isError: result.isError }] : [];
  });
}

/** One more than any before, so that an id stays unique when older messages were compacted away. */
function nextCallId(messages: readonly ModelMessage[]): string {
  const ids = messages.flatMap((each) => (each.role === 'assistant' ? each.calls.map((call) => call.id) : []));
  const numbers = ids.map((id) => Number(/^guide-(\d{1,9})$/.exec(id)?.[1] ?? 0));
  return `guide-${Math.max(0, ...numbers) + 1}`;
}
