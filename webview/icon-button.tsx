import type { ComponentChildren, Ref, VNode } from 'preact';
import { Icon } from './icon.js';
import type { IconName } from './icon.js';

export interface IconButtonProps {
  readonly icon: IconName;
  /** The accessible name, and the tooltip. */
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly expanded?: boolean;
  readonly hasPopup?: 'menu' | 'dialog';
  readonly class?: string;
  readonly tabIndex?: number;
  readonly elementRef?: Ref<HTMLButtonElement>;
  readonly children?: ComponentChildren;
}

/** A small button that is an icon, with a text for everybody who doesn't see it. */
export function IconButton(props: IconButtonProps): VNode {
  return (
    <button
      type="button" ref={props.elementRef ?? null} class={`icon-button ${props.class ?? ''}`} title={props.label} aria-label={props.label}
      disabled={props.disabled === true} aria-expanded={props.expanded} aria-haspopup={props.hasPopup} tabIndex={props.tabIndex}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
      {props.children}
    </button>
  );
}
