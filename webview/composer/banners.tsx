import type { ComponentChildren, VNode } from 'preact';
import type { Status } from '../../src/protocol/chat.js';
import { Button } from '../components/button.js';
import { post } from '../host.js';
import { Icon } from '../icon.js';
import type { IconName } from '../icon.js';
import { TaintBanner } from './taint-banner.js';

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
      {status.sandbox === 'image-unknown' && (
        <Banner icon="box" title="Sandbox image not accepted" action={<Button onClick={() => post({ type: 'command', command: 'sandboxStatus' })}>Look at it…</Button>}>
          It was built by somebody else, or replaced. Code is not run in it until you accept it.
        </Banner>
      )}
      {status.taint.length > 0 && <TaintBanner taint={status.taint} />}
    </>
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
