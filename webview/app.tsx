import type { VNode } from 'preact';
import { useErrorBoundary, useMemo } from 'preact/hooks';
import { prose } from '../src/protocol/prose.js';
import { ClockSkew } from './clock.js';
import { ProgressRing } from './components/progress-ring.js';
import { Banners } from './composer/banners.js';
import { Composer } from './composer/composer.js';
import { EmptyState } from './empty-state.js';
import { Header } from './header/header.js';
import { LiveRegion } from './live-region.js';
import { useStore } from './store.js';
import type { Store } from './store.js';
import { Transcript } from './transcript/transcript.js';
import { WaitingBar } from './waiting-bar.js';

/** The chat page. Before the host's snapshot came it says that it waits; a fault in it never leaves a blank page. */
export function App({ store }: { readonly store: Store }): VNode {
  const [fault, retry] = useErrorBoundary() as [unknown, () => void];
  const state = useStore(store);
  const messages = useMemo(() => state.items.filter((item) => item.kind === 'user').map((item) => item.text), [state.items]);
  if (fault !== undefined) {
    return <main class="fault"><h1 class="sr-only">Axon</h1><p>The page met a fault. Nothing is lost.</p><button type="button" class="text-button" onClick={retry}>Show it again</button></main>;
  }
  const { status } = state;
  if (!status) return <main class="fault"><h1 class="sr-only">Axon</h1><ProgressRing label="Axon is starting" /></main>;
  const empty = state.items.length === 0 && state.earlier === 0;
  return (
    <ClockSkew.Provider value={state.skew}>
      <Header status={status} sessions={state.sessions} />
      <main>
        <Transcript items={state.items} earlier={state.earlier} sessionId={status.sessionId}>
          {empty ? <EmptyState status={status} onPrompt={(text) => store.receive({ type: 'compose', text })} /> : null}
        </Transcript>
        <div class="foot">
          <WaitingBar items={state.items} pending={status.pending} />
          <Banners status={status} />
          <Composer status={status} messages={messages} compose={state.compose} />
        </div>
      </main>
      <LiveRegion text={prose(state.announcement.text)} count={state.announcement.count} />
    </ClockSkew.Provider>
  );
}
