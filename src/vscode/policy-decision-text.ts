import type { LayerVerdict } from '../audit/event.js';
import type { Decision } from '../policy/decision.js';
import { layerNames, type Layer, type Ruling } from '../policy/engine.js';
import { nameOfId } from '../protocol/audit-names.js';
import { visible, visibleLine } from '../visible.js';

/** All that is known of why a call was decided as it was. Texts may hold anything; the page shows them so that they can't lie. */
export interface DecisionPage {
  /** What the call does, or would do: `Run npm test`. */
  readonly title: string;
  readonly tool: string;
  readonly agent: string;
  /** Canonical JSON, or what came instead of it. */
  readonly argumentsText: string;
  /** The call as it was recorded; absent for one that was only tried out. */
  readonly then?: RecordedDecision;
  /** As it would be decided now, or why that can't be told. */
  readonly now: Ruling | { readonly unknown: string };
  /** The rule of the person or the workspace that won, as it stands now. */
  readonly rule?: RuleText;
}

export interface RecordedDecision {
  readonly at: number;
  readonly source?: string;
  readonly sessionId: string;
  readonly decision: { readonly risk?: string; readonly rule?: string; readonly reason?: string };
  /** Absent in what older versions recorded. */
  readonly layers?: readonly LayerVerdict[];
  /** What became of the call, in order. */
  readonly story: readonly { readonly at: number; readonly type: string; readonly decision?: string; readonly text?: string }[];
}

export interface RuleText {
  /** `workspace.no-infra` */
  readonly name: string;
  /** `.axon/policy.json, line 12` */
  readonly place: string;
  readonly json: string;
}

const about: Record<Layer, string> = {
  'built-in': 'Axon’s own guards',
  user: 'your rules (axon.policy.rules)',
  agent: 'the agent’s profile',
  workspace: 'the rules of the workspace (.axon/policy.json)',
  trust: 'workspace trust',
  taint: 'what the session has read from outside',
  allowance: 'what your settings allow without a question',
};

/** Characters of a line: what an editor beside the chat shows at once. */
const width = 80;

/** The page as plain text: nothing in it can become a link, a picture or a heading of its own. */
export function decisionText(page: DecisionPage): string {
  const { title, then, now, rule } = page;
  const sections = [
    [visibleLine(title), '='.repeat(Math.min(width, visibleLine(title).length))],
    callSection(page),
    ...(then ? [thenSection(then), ...(then.story.length > 0 ? [storySection(then)] : [])] : []),
    nowSection(now, then !== undefined),
    ...(rule ? [[`The rule ${visibleLine(rule.name)} (${visibleLine(rule.place)})`, '', ...visible(rule.json).split('\n').map((line) => `    ${line}`)]] : []),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function callSection({ tool, agent, argumentsText, then }: DecisionPage): string[] {
  return [
    `  tool        ${withName('tools', tool)}`,
    `  agent       ${visibleLine(agent)}`,
    ...(then ? [`  asked       ${timeOf(then.at)}${then.source === undefined ? '' : `, from ${visibleLine(then.source)}`}`, `  session     ${visibleLine(then.sessionId)}`] : []),
    ...(argumentsText.length > 0 ? ['  arguments', ...prettyJson(argumentsText).split('\n').map((line) => `    ${line}`)] : []),
  ];
}

function thenSection({ decision, layers }: RecordedDecision): string[] {
  if (decision.rule === undefined) return ['How it was judged then', '', ...wrapped('It was not judged: the arguments did not fit the tool, or there is no such tool.', '  ')];
  if (!layers) return ['How it was judged then', '', `  ${visibleLine(decision.rule)} (${visibleLine(decision.risk ?? '')} risk)`, ...wrapped(decision.reason ?? '', '  '), ...wrapped('What each layer said was not recorded yet.', '  ')];
  return ['How it was judged then', '', ...layerLines(layers, decision.rule)];
}

function storySection({ story }: RecordedDecision): string[] {
  return ['What became of it', '', ...story.flatMap(({ at, type, decision, text }) => [
    `  ${timeOf(at)}  ${withName('events', type)}${decision === undefined ? '' : `: ${withName('decisions', decision)}`}`,
    ...(text === undefined ? [] : wrapped(text, '      ')),
  ])];
}

function nowSection(now: DecisionPage['now'], past: boolean): string[] {
  const head = past ? 'How it would be judged now' : 'How it is judged';
  if ('unknown' in now) return [head, '', ...wrapped(now.unknown, '  ')];
  const { decision, layers } = now;
  const warnings = (decision.warnings ?? []).flatMap((each) => wrapped(`Warning: ${each}`, '  '));
  const more = [
    ...(decision.grant ? wrapped(`It could be allowed for the session: ${decision.grant.label}.`, '  ') : []),
    ...(decision.next === undefined ? [] : wrapped(`What to do instead: ${decision.next}`, '  ')),
  ];
  const verdicts = layers.map(({ layer, decision: { verdict, risk, rule, reason } }) => ({ layer, verdict, risk, rule, reason }));
  return [head, '', ...outcome(decision), '', ...layerLines(verdicts, decision.rule), ...(warnings.length + more.length > 0 ? ['', ...warnings, ...more] : [])];
}

const outcomes: Record<Decision['verdict'], string> = { allow: 'ALLOWED without a question', ask: 'ASKED: nothing happens before a person allows it', deny: 'REFUSED' };

function outcome({ verdict, rule, risk }: Decision): string[] {
  return [`  ${outcomes[verdict]}`, `  by ${visibleLine(rule)}, ${risk} risk`];
}

/** Every layer with what it said, those without an objection too; an arrow at the one that won. */
function layerLines(given: readonly LayerVerdict[], winner: string): string[] {
  const at = winnerOf(given, winner);
  const known = layerNames.flatMap((name): string[] => {
    const found = given.findIndex((each) => each.layer === name);
    const each = given[found];
    // Allowing is no objection that every call needs: a line for it only when it was made use of.
    if (!each) return name === 'allowance' ? [] : [`    ${name.padEnd(11)} no objection: ${about[name]}`];
    return linesOf(each, found === at);
  });
  const others = given.flatMap((each, index) => (isLayer(each.layer) ? [] : linesOf(each, index === at)));
  return [...known, ...others, ...whyLines(given[at])];
}

function linesOf({ layer, verdict, risk, rule, reason }: LayerVerdict, won: boolean): string[] {
  const name = nameOfId('layers', layer);
  return [`  ${won ? '→' : ' '} ${visibleLine(layer).padEnd(11)} ${name === undefined ? '' : `${name}: `}${verdict}, ${risk} risk, ${visibleLine(rule)}`, ...wrapped(reason, '                ')];
}

/** The index of the layer that decided, -1 for none. An allowance stands last and turns what the others joined to. */
export function winnerOf(given: readonly LayerVerdict[], rule: string): number {
  const allowance = given.findIndex((each) => each.layer === 'allowance' && each.rule === rule);
  return allowance === -1 ? given.findIndex((each) => each.rule === rule) : allowance;
}

/** Why this layer decided, as a sentence. */
export function whyWon({ layer }: LayerVerdict): string {
  return layer === 'allowance'
    ? 'Nobody but the guards asked, and your settings say that this needs no question.'
    : 'The strictest layer wins: a denial before a question before no objection, and of equals the first. The risk is the highest that any layer said.';
}

function whyLines(won: LayerVerdict | undefined): string[] {
  return won ? ['', ...wrapped(whyWon(won), '  ')] : [];
}

function isLayer(name: string): name is Layer {
  return (layerNames as readonly string[]).includes(name);
}

/** `Run a command (shell_execute)`; what has no name of ours by its id alone. */
function withName(kind: Parameters<typeof nameOfId>[0], id: string): string {
  const name = nameOfId(kind, id);
  return name === undefined ? visibleLine(id) : `${name} (${visibleLine(id)})`;
}

function timeOf(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}

function prettyJson(text: string): string {
  try {
    return visible(JSON.stringify(JSON.parse(text), null, 2));
  } catch {
    return visible(text);
  }
}

/**
 * On lines of a readable length; a word that is longer stays whole. Lines after the first stand further in than what the
 * page itself says, so that no text can be made to break into a line that looks like a verdict.
 */
function wrapped(text: string, indent: string): string[] {
  const further = indent.length > 2 ? indent : `${indent}  `;
  const lines: string[] = [];
  let line = '';
  for (const word of visible(text).split(/[ \n]+/)) {
    if (line !== '' && (lines.length === 0 ? indent : further).length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines.map((each, index) => (index === 0 ? indent : further) + each);
}
