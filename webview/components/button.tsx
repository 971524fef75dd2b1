import type { ComponentChildren, Ref, VNode } from 'preact';
import type { IconName } from '../icon.js';
import { Icon } from '../icon.js';

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick: (event: MouseEvent) => void;
  readonly kind?: 'primary' | 'secondary';
  readonly icon?: IconName;
  readonly disabled?: boolean;
  /** Only where the visible text doesn't say enough; it must begin with it. */
  readonly label?: string;
  readonly title?: string;
  readonly shortcut?: string;
  /** Whether what it opens is open. */
  readonly expanded?: boolean;
  readonly hasPopup?: 'menu';
  readonly elementRef?: Ref<HTMLElement>;
  readonly class?: string;
}

/** A button with a text. */
export function Button(props: ButtonProps): VNode {
  return (
    <vscode-button
      appearance={props.kind ?? 'secondary'} class={props.class} disabled={props.disabled === true} title={props.title} ref={props.elementRef ?? null}
      {...(props.label !== undefined && { 'aria-label': props.label })} {...(props.shortcut !== undefined && { 'aria-keyshortcuts': props.shortcut })} {...(props.hasPopup !== undefined && { 'aria-haspopup': props.hasPopup })} {...(props.expanded !== undefined && { 'aria-expanded': props.expanded })}
      onClick={(event) => {
        if (props.disabled !== true) props.onClick(event);
      }}
    >
      {props.icon && <Icon name={props.icon} slot="start" />}
      {props.children}
    </vscode-button>
  );
}
