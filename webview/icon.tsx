import type { VNode } from 'preact';
import { iconPaths } from './icon-paths.js';
import type { IconName } from './icon-paths.js';

export type { IconName };

export interface IconProps {
  readonly name: IconName;
  /** For readers of the screen; without it the icon is decoration. */
  readonly label?: string;
  readonly slot?: string;
}

export function Icon({ name, label, slot }: IconProps): VNode {
  return (
    <svg
      class={`icon icon-${name}`} viewBox="0 0 16 16" width="16" height="16" slot={slot} focusable="false"
      {...(label === undefined ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': label })}
    >
      <path d={iconPaths[name]} />
    </svg>
  );
}
