import type { VNode } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { StoryEvent } from '../../src/protocol/audit.js';
import { nameOfId } from '../../src/protocol/audit-names.js';
import { exactLine, exactPassage, exactTitle } from '../../src/protocol/exact-text.js';
import { Button } from '../components/button.js';
import { ProgressRing } from '../components/progress-ring.js';
import { count, duration } from '../format.js';
import { Icon } from '../icon.js';
import { withoutEnd } from './call-end.js';
import { eventName, shortName } from './names.js';
import { mostStoryEvents } from './state.js';
import type { Failure, Story as StoryState } from './state.js';
import { chaptersOf } from './story-chapters.js';
import type { Chapter } from './story-chapters.js';
import { clockTime, dayOf, zoneWords } from './times.js';

export interface StoryProps {
  readonly story: StoryState | undefined;
  readonly failure: Failure | undefined;
  readonly onClose: () => void;
  readonly onMore: () => void;
  /** The event is named: any of the session will do. */
  readonly onConversation: (id: string) => void;
  readonly onOpen: (event: StoryEvent) => void;
  readonly onList: (sessionId: string) => void;
}

/** A session from its first event to its last, told in sentences. */
export function Story({ story, failure, onClose, onMore, onConversation, onOpen, onList }: StoryProps): VNode {
  const heading = useRef<HTMLHeadingElement>(null);
  const chapters = useMemo(() => chaptersOf(story?.events ?? []), [story]);
  useEffect(() => heading.current?.focus(), [story?.sessionId]);
  const [first] = story?.events ?? [];
  const last = story?.events.at(-1);
  const whole = story !== undefined && story.events.length >= story.total;
  const more = story !== undefined && !whole && story.events.length < mostStoryEvents;
  return (
    <section class="story" aria-label="Story of the session" onKeyDown={(event) => {
      if (event.key === 'Escape') onClose();
    }}>
      <header class="story-head">
        <Button onClick={onClose}>Back to the list</Button>
        <h2 ref={heading} tabIndex={-1}>{story?.title === undefined ? `Session ${story ? shortName(story.sessionId, 40) : ''}` : exactTitle(story.title, 120)}</h2>
        {story && first && last && (
          <p class="story-lead">
            {dayOf(first.at)}, {clockTime(first.at)} to {dayOf(first.at) === dayOf(last.at) ? '' : `${dayOf(last.at)}, `}{clockTime(last.at)} · {count(story.total, 'event')} · took {duration(last.at - first.at)}{whole ? '' : ' so far'} · times in {zoneWords(last.at)}
          </p>
        )}
        {story && first && (
          <div class="details-actions">
            <Button onClick={() => onConversation(first.id)} disabled={!story.kept} title={story.kept ? 'Opens it in the chat' : 'This conversation is no longer kept here'}>Open the conversation</Button>
            <Button onClick={() => onList(story.sessionId)}>Its events as a list</Button>
          </div>
        )}
        {story && !story.kept && <p class="details-note">Its conversation is not kept here: it was deleted, or belongs to another folder.</p>}
      </header>
      {failure && <p class="problem" role="alert">{failure.message} {failure.next}</p>}
      {!story && !failure && <p class="state"><ProgressRing label="The story is being read" /></p>}
      {story?.total === 0 && <p class="state">The log holds nothing of this session.</p>}
      <ol class="chapters">
        {chapters.map((chapter, index) => <li key={keyOf(chapter)}><ChapterView chapter={chapter} whole={whole} before={chapters[index - 1]} onOpen={onOpen} /></li>)}
      </ol>
      {more && <p class="story-more"><Button onClick={onMore}>{`Read on: ${count(story.total - story.events.length, 'event')} more`}</Button></p>}
      {story && !whole && !more && <p class="details-note">This is as much as is told here. The list shows the rest.</p>}
      {whole && story.total > 0 && <p class="story-end">This is all that happened so far.</p>}
    </section>
  );
}

const headOf = (chapter: Chapter): StoryEvent => (chapter.kind === 'call' ? chapter.request : chapter.event);
const keyOf = (chapter: Chapter): string => headOf(chapter).id;

/** A pause that is worth telling. */
const longPause = 60_000;

function ChapterView({ chapter, whole, before, onOpen }: { readonly chapter: Chapter; readonly whole: boolean; readonly before: Chapter | undefined; readonly onOpen: (event: StoryEvent) => void }): VNode {
  const head = headOf(chapter);
  const earlier = before && headOf(before);
  const pause = earlier ? head.at - ((before.kind === 'call' ? before.steps.at(-1)?.at : undefined) ?? earlier.at) : 0;
  const newDay = earlier === undefined || dayOf(earlier.at) !== dayOf(head.at);
  const { icon } = eventName(head.type);
  return (
    <>
      {newDay && <h3 class="story-day">{dayOf(head.at)}</h3>}
      {!newDay && pause >= longPause && <p class="story-pause">{duration(pause)} later</p>}
      {chapter.kind === 'event' ? (
        <div class="chapter">
          <span class="chapter-time">{clockTime(head.at)}</span>
          <p class="chapter-line"><Icon name={icon} /><span>{eventSentence(head)} <More event={head} onOpen={onOpen} /></span></p>
        </div>
      ) : <CallChapter request={chapter.request} steps={chapter.steps} whole={whole} onOpen={onOpen} />}
    </>
  );
}

function CallChapter({ request, steps, whole, onOpen }: { readonly request: StoryEvent; readonly steps: readonly StoryEvent[]; readonly whole: boolean; readonly onOpen: (event: StoryEvent) => void }): VNode {
  // The end may be in what wasn't read yet.
  const noEnd = whole ? withoutEnd([request, ...steps], request.windowEnded === true) : undefined;
  return (
    <div class="chapter">
      <span class="chapter-time">{clockTime(request.at)}</span>
      <div class="chapter-body">
        <p class="chapter-line">
          <Icon name="arrow-up" />
          <span><strong>{request.agent === undefined ? 'The agent' : capital(shortName(request.agent))}</strong> asked for <ToolWords tool={request.tool} />{request.risk !== undefined && ` (${request.risk} risk)`} <More event={request} onOpen={onOpen} /></span>
        </p>
        {request.about !== '' && request.about !== request.reason && <p class="chapter-about">{exactTitle(request.about, 360)}</p>}
        {request.reason !== undefined && !steps.some(({ type }) => type === 'tool_denied') && <p class="chapter-why">{exactLine(request.reason)}</p>}
        {steps.map((step, index) => <Step key={step.id} step={step} before={steps[index - 1] ?? request} request={request} onOpen={onOpen} />)}
        {noEnd !== undefined && <p class="chapter-line fact-note"><Icon name="history" /><span>{noEnd}</span></p>}
      </div>
    </div>
  );
}

/** `Run a command (shell_execute)` */
function ToolWords({ tool }: { readonly tool: string | undefined }): VNode {
  const name = tool === undefined ? 'a tool' : nameOfId('tools', tool);
  return <>{name !== undefined && (tool === undefined ? name : `“${name}” `)}{tool !== undefined && <code>{shortName(tool)}</code>}</>;
}

function Step({ step, before, request, onOpen }: { readonly step: StoryEvent; readonly before: StoryEvent; readonly request: StoryEvent; readonly onOpen: (event: StoryEvent) => void }): VNode {
  const { icon, tone } = eventName(step.type);
  // How long it ran is said by itself.
  const waited = step.milliseconds === undefined ? step.at - before.at : 0;
  // The policy's reason is told once: with the request, or with the refusal.
  const why = step.error ?? (step.type === 'tool_denied' || step.reason !== request.reason ? step.reason : undefined);
  return (
    <>
      <p class="chapter-line">
        <span class={tone ? `tone-${tone}` : ''}><Icon name={icon} /></span>
        <span>{stepSentence(step)}{waited >= 1_000 && <span class="fact-note"> after {duration(waited)}</span>} <More event={step} onOpen={onOpen} /></span>
      </p>
      {why !== undefined && why !== '' && <p class="chapter-why">{exactLine(why)}</p>}
      {step.result !== undefined && step.result !== '' && <p class="chapter-result">{exactPassage(step.result, 300, 8)}</p>}
    </>
  );
}

function More({ event, onOpen }: { readonly event: StoryEvent; readonly onOpen: (event: StoryEvent) => void }): VNode {
  return <button type="button" class="text-button story-open" aria-label={`Show the event: ${eventName(event.type).name} at ${clockTime(event.at)}`} onClick={() => onOpen(event)}>Show</button>;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const approvals: Readonly<Record<string, string>> = {
  'allow-once': 'A person allowed it, once',
  'allow-session': 'A person allowed it, and the like of it for this session',
  grant: 'A permission that was given before allowed it',
  policy: 'The policy allowed it without a question',
};
const rejections: Readonly<Record<string, string>> = { deny: 'A person denied it', timeout: 'Nobody answered in time, so it was not done', stopped: 'It was stopped' };
const own = (table: Readonly<Record<string, string>>, key: string): string | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

function stepSentence(step: StoryEvent): string {
  const { type, decision = '', rule, milliseconds } = step;
  const took = milliseconds === undefined ? '' : ` for ${duration(milliseconds, true)}`;
  const by = rule === undefined ? '' : ` by ${shortName(rule)}`;
  switch (type) {
    case 'tool_approved':
      return `${own(approvals, decision) ?? 'It was allowed'}.`;
    case 'tool_rejected':
      return `${own(rejections, decision) ?? 'It was not allowed'}.`;
    case 'tool_denied':
      return `The policy refused it${by}.`;
    case 'tool_executed':
      return `It ran${took}.`;
    case 'tool_failed':
      return `It failed${took.replace(' for ', ' after ')}.`;
    case 'permission_granted':
      return 'A permission was given for this session.';
    default:
      return `${eventName(type).name}.`;
  }
}

function eventSentence(event: StoryEvent): string {
  const about = event.reason ?? event.about;
  const words = `${eventName(event.type).name}${event.tool === undefined ? '' : `: ${shortName(event.tool)}`}`;
  return about === '' ? `${words}.` : `${words}: ${exactTitle(about, 300)}`;
}
