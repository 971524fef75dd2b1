import { canonicalJson } from '../canonical.js';
import type { ApprovalRequest } from '../gate/approval.js';
import type { CallProgress } from '../gate/call.js';
import type { ModelCall } from '../models/model.js';
import { changeOf, factsOf } from '../tools/preview.js';
import type { KeptResults } from '../tools/tool.js';
import { exactTitle } from '../protocol/exact-text.js';
import type { ApprovalView, CallItem } from '../protocol/transcript.js';
import { visibleLine } from '../visible.js';
import { cutEnd, cutMiddle } from './cut.js';
import { lineCounts } from './line-counts.js';
import { refusedCommand } from './refused-command.js';

/** Characters of a call's output, and of its arguments before it is judged, that a card holds at most. */
export const shownCharacters = 20_000;

export function newCallItem(call: ModelCall, at: number): CallItem {
  const tool = cutEnd(visibleLine(call.name), 100);
  return { kind: 'call', id: call.id, at, tool, title: tool, argumentsText: cutMiddle(prettyArguments(call.argumentsJson), shownCharacters), state: 'preparing', output: '' };
}

/** The card after one more step of its call. An approval is on it only while it is open. */
export function nextCallItem(item: CallItem, progress: CallProgress): CallItem {
  switch (progress.type) {
    case 'judged': {
      const { title, risk, rule, reason } = progress;
      return { ...item, title: exactTitle(title, 300), risk, rule, reason };
    }
    case 'asked': {
      const { argumentsText, risk, rule, reason } = progress.approval;
      // Whole, however long: what is approved is what is shown.
      return { ...item, state: 'asking', argumentsText, risk, rule, reason, approval: approvalView(progress.approval) };
    }
    case 'running':
      return { ...withoutApproval(item), state: 'running', startedAt: progress.at, allowedBy: progress.allowedBy };
    case 'output':
      return { ...item, output: (item.output + progress.chunk).slice(-shownCharacters) };
    case 'ended': {
      const { state, text, summary, rule, next, milliseconds, outside, results } = progress.outcome;
      const ended: CallItem = { ...withoutApproval(item), state, ...(rule !== undefined && { rule }) };
      return {
        ...ended,
        ...(refusedCommand(ended) && { mayAllowHere: true }),
        output: cutMiddle(text, shownCharacters),
        ...(summary !== undefined && { summary }),
        ...(next !== undefined && { next }),
        ...(milliseconds !== undefined && { milliseconds }),
        ...(outside !== undefined && { outside }),
        ...(results && { results: resultsView(results) }),
      };
    }
  }
}

function withoutApproval(item: CallItem): CallItem {
  const { approval: _closed, ...rest } = item;
  return rest;
}

function approvalView({ id, hash, grant, warnings, preview, expiresAt, answerableAt }: ApprovalRequest): ApprovalView {
  const change = changeOf(preview);
  const facts = factsOf(preview, 'short');
  return {
    id,
    hash,
    ...(grant && { grantLabel: grant.label }),
    warnings: [...warnings],
    hasDiff: change !== undefined,
    ...(change && lineCounts(change.before, change.after)),
    ...(facts.length > 0 && { facts: [...facts] }),
    expiresAt,
    answerableAt,
  };
}

function resultsView({ run, files, leftOut }: KeptResults): NonNullable<CallItem['results']> {
  return { run, files: files.map(({ sha256: _hash, ...file }) => file), leftOut: leftOut.map((each) => ({ ...each })) };
}

function prettyArguments(argumentsJson: string): string {
  try {
    const canonical = canonicalJson(JSON.parse(argumentsJson.trim() === '' ? '{}' : argumentsJson));
    return JSON.stringify(JSON.parse(canonical), null, 2);
  } catch {
    return argumentsJson;
  }
}
