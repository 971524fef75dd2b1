import type { VNode } from 'preact';
import { useErrorBoundary, useRef, useState } from 'preact/hooks';
import { prose } from '../../src/protocol/prose.js';
import type { Filter, Row, ToHost } from '../../src/protocol/audit.js';
import { LiveRegion } from '../live-region.js';
import { Details } from './details.js';
import { Filters } from './filters.js';
import { Head } from './head.js';
import { ListPane } from './list-pane.js';
import { mostStoryEvents } from './state.js';
import type { State } from './state.js';
import { useStore } from './store.js';
import type { Store } from './store.js';
import { Story } from './story.js';
import { useFocus } from './use-focus.js';
import { useSize } from './use-size.js';

/** Pixels from which on the details stand beside the list; below, they lie over it. */
const wideFrom = 860;

export interface PageProps {
  readonly store: Store;
  readonly post: (message: ToHost) => void;
}

/** The audit page. A fault in it never leaves a blank page. */
export function Page({ store, post }: PageProps): VNode {
  const [fault, retry] = useErrorBoundary() as [unknown, () => void];
  const state = useStore(store);
  if (fault !== undefined) {
    return <main class="fault"><h1 class="sr-only">Audit log</h1><p>The page met a fault. Nothing is lost.</p><button type="button" class="text-button" onClick={retry}>Show it again</button></main>;
  }
  return (
    <>
      <Panes store={store} state={state} post={post} />
      <LiveRegion text={prose(state.announcement.text)} count={state.announcement.count} />
    </>
  );
}

function Panes({ store, state, post }: PageProps & { readonly state: State }): VNode {
  const main = useRef<HTMLElement>(null);
  const { width } = useSize(main);
  const wide = width >= wideFrom;
  /** Opened by a key or a click, and not by walking along the list: the pane then takes the focus. */
  const [entered, setEntered] = useState(false);
  const { details, storyOf, filter } = state;
  const isOpen = state.selected !== undefined;
  const focus = useFocus(main, ['.story h2', '.list', '.search vscode-text-field']);
  /** What had the focus when the details, and the story, were opened. */
  const openers = useRef<{ details?: HTMLElement | undefined; story?: HTMLElement | undefined }>({});
  const open = (row: Pick<Row, 'id'>): void => {
    if (!isOpen) openers.current.details = focus.current();
    setEntered(!wide);
    store.select(row.id);
  };
  const close = (): void => {
    store.select(undefined);
    focus.moveTo(openers.current.details);
  };
  const only = (change: Filter): void => {
    if (!wide) close();
    store.filterBy({ ...filter, ...change });
  };
  const openStory = (sessionId: string): void => {
    openers.current.story = focus.current();
    if (!wide) store.select(undefined);
    store.openStory(sessionId);
  };
  const closeStory = (): void => {
    store.openStory(undefined);
    // The details may have been drawn anew since, of an event of the story.
    const { story, details: list } = openers.current;
    focus.moveTo(story, main.current?.querySelector<HTMLElement>('.details .to-story') ?? undefined, list);
  };
  const covered = !wide && isOpen;
  return (
    <>
      <Head state={state} post={post} onPlace={(of) => store.showPlace(of, wide)} />
      <main class={`panes ${wide ? 'panes-wide' : 'panes-narrow'} ${isOpen ? 'panes-open' : ''}`} ref={main}>
        <div class="browse" inert={covered}>
          <div class="browse-list" inert={storyOf !== undefined}>
            <Filters filter={filter} facets={state.facets} onFilter={(next) => store.filterBy(next)} />
            <ListPane store={store} state={state} follows={wide && isOpen} onOpen={open} onClose={close} />
          </div>
          {storyOf !== undefined && (
            <Story
              story={state.story} failure={state.failures.story} onClose={closeStory} onOpen={open}
              onMore={() => {
                if ((state.story?.events.length ?? 0) < mostStoryEvents) store.moreOfStory();
              }}
              onConversation={(id) => post({ type: 'open-conversation', id })}
              onList={(sessionId) => {
                closeStory();
                store.filterBy({ sessionId });
              }}
            />
          )}
        </div>
        {isOpen && (details ? (
          <Details
            details={details} takesFocus={entered} onClose={close} onOpen={open} onOnly={only} onStory={openStory}
            onConversation={() => post({ type: 'open-conversation', id: details.id })} onExplain={() => post({ type: 'explain', id: details.id })} onCopy={(form) => post({ type: 'copy', id: details.id, form })}
          />
        ) : <Waiting failure={state.failures.details} onClose={close} />)}
      </main>
    </>
  );
}

function Waiting({ failure, onClose }: { readonly failure: State['failures']['details']; readonly onClose: () => void }): VNode {
  return (
    <section class="details" aria-label="The event">
      {failure ? <p class="problem" role="alert">{failure.message} {failure.next} <button type="button" class="text-button" onClick={onClose}>Close</button></p> : <p class="state">…</p>}
    </section>
  );
}
