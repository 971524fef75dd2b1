import { type Decision, strictest } from './decision.js';
import type { PolicyQuestion } from './engine.js';
import type { Guard, GuardContext } from './guard.js';
import type { Subject } from './subject.js';

export interface Guards {
  readonly path: Guard<'path'>;
  readonly command: Guard<'command'>;
  readonly url: Guard<'url'>;
  readonly search: Guard<'search'>;
  readonly code: Guard<'code'>;
}

/** What is built in: the tool's own default, and each subject as its guard sees it. */
export async function judgeSubjects(guards: Guards, { tool, subjects, agent, trusted }: PolicyQuestion): Promise<Decision> {
  const context: GuardContext = { tool: tool.name, trusted, mayConfigure: agent.mayConfigure !== false };
  const own: Decision = {
    verdict: subjects.length === 0 ? 'ask' : 'allow',
    risk: tool.risk,
    rule: 'tool.default',
    reason: `${tool.name} asks by default.`,
    ...(subjects.length === 0 && tool.approval === 'grantable' && { grant: { key: `tool:${tool.name}`, label: `Use ${tool.name}` } }),
  };
  const judged = await Promise.all(subjects.map((subject) => judgeSubject(guards, subject, context)));
  return strictest(own, ...judged);
}

async function judgeSubject(guards: Guards, subject: Subject, context: GuardContext): Promise<Decision> {
  try {
    switch (subject.kind) {
      case 'path':
        return await guards.path.decide(subject, context);
      case 'command':
        return await guards.command.decide(subject, context);
      case 'url':
        return await guards.url.decide(subject, context);
      case 'search':
        return await guards.search.decide(subject, context);
      case 'code':
        return await guards.code.decide(subject, context);
    }
  } catch {
    // Fail closed: what could not be judged is not allowed. The guard's own error says nothing a person could act on.
    return { verdict: 'deny', risk: 'high', rule: `${subject.kind}.guard-failed`, reason: 'The guard could not judge this call, so it is refused.' };
  }
}
