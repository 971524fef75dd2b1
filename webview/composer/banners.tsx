import type { ComponentChildren, VNode } from 'preact';
import { exactText } from '../../src/protocol/exact-line.js';
import type { Status } from '../../src/protocol/chat.js';
import { Button } from '../components/button.js';
import { post } from '../host.js';
import { Icon } from '../icon.js';
import type { IconName } from '../icon.js';

/** What restricts the session now, and what can be done about it. */
export function Banners({ status }: { readonly status: Status }): VNode {
  return (
    <>
      {!status.trusted && (
        <Banner icon="lock" title="Limited mode">This workspace is not trusted: nothing is run or written, and reading asks.</Banner>
      )}
      {status.sandbox === 'no-image' && (
        <Banner icon="box" title="No sandbox image" action={<Button onClick={() => post({ type: 'command', command: 'buildSandboxImage' })}>Build sandbox image</Button>}>
          Code can't be run until it is built.
        </Banner>
      )}
      {status.taint.length > 0 && <TaintBanner taint={status.taint} />}
    </>
  );
}

function TaintBanner({ taint }: { readonly taint: Status['taint'] }): VNode {
  const newest = taint.at(-1)?.source ?? '';
  const more = taint.length - 1;
  return (
    <Banner icon="alert" title="Outside content was read" action={<button type="button" class="text-button" aria-label="Clear the mark of outside content…" onClick={() => post({ type: 'command', command: 'clearTaint' })}>Clear…</button>}>
      <span class="taint-source">{exactText(newest)}</span>
      {more > 0 && <span title={taint.map(({ source }) => exactText(source)).join('\n')}> and {more} more</span>}. Sending and changing always ask.
    </Banner>
  );
}

interface BannerProps {
  readonly icon: IconName;
  readonly title: string;
  readonly action?: VNode;
  readonly children: ComponentChildren;
}

function Banner({ icon, title, action, children }: BannerProps): VNode {
  return (
    <section class="banner" aria-label={title}>
      <Icon name={icon} />
      <p><strong>{title}.</strong> {children}</p>
      {action}
    </section>
  );
}
