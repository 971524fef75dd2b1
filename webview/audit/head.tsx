import type { VNode } from 'preact';
import type { PlaceOf, ToHost } from '../../src/protocol/audit.js';
import { Button } from '../components/button.js';
import { count } from '../format.js';
import { CheckState } from './check-state.js';
import { ExportMenu } from './export-menu.js';
import { narrowings } from './filter-words.js';
import type { State } from './state.js';

export interface HeadProps {
  readonly state: State;
  readonly post: (message: ToHost) => void;
  readonly onPlace: (of: PlaceOf) => void;
}

/** What can be done with the whole log. */
export function Head({ state, post, onPlace }: HeadProps): VNode {
  const { facets, check, filter } = state;
  return (
    <header class="audit-head">
      <h1>Audit log</h1>
      <div class="audit-actions">
        <ExportMenu filtered={narrowings(filter) > 0} post={post} />
        <Button onClick={() => post({ type: 'show-live-output' })} title="What happens in this window, as plain lines">Live output</Button>
      </div>
      <CheckState check={check} onVerify={() => post({ type: 'verify' })} onStop={() => post({ type: 'stop-verifying' })} onPlace={(finding) => onPlace({ finding })} />
      {facets !== undefined && facets.otherLogs > 0 && (
        <p class="details-note other-logs">
          {facets.otherLogs === 1 ? 'Another log is' : `${count(facets.otherLogs, 'other log')} are`} kept on this machine that was written with another key, for example in another browser or before the keychain was lost. This window can’t check or show it.
        </p>
      )}
    </header>
  );
}
