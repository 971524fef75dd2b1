import type { HTMLAttributes } from 'preact';

/** The toolkit's elements, with the attributes that are used here. */
interface ToolkitElement extends HTMLAttributes<HTMLElement> {
  appearance?: 'primary' | 'secondary';
  disabled?: boolean;
  maxlength?: number;
  placeholder?: string | undefined;
  position?: 'above' | 'below';
  selected?: boolean;
  value?: string;
}

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': ToolkitElement;
      'vscode-dropdown': ToolkitElement;
      'vscode-option': ToolkitElement;
      'vscode-progress-ring': ToolkitElement;
      'vscode-text-field': ToolkitElement;
    }
  }
}
