import type { VNode } from 'preact';

export interface DropdownProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly id: string; readonly label: string; readonly detail: string }[];
  readonly disabled?: boolean;
  readonly onSelect: (id: string) => void;
}

/** One choice out of a few, in a list box that opens upwards. */
export function Dropdown(props: DropdownProps): VNode {
  const onChange = (event: Event): void => {
    const { value } = event.target as HTMLElement & { value: string };
    if (value !== '' && value !== props.value) props.onSelect(value);
  };
  return (
    <vscode-dropdown aria-label={props.label} title={props.label} value={props.value} position="above" disabled={props.disabled === true} onChange={onChange}>
      {props.options.map((option) => (
        <vscode-option key={option.id} value={option.id} selected={option.id === props.value} title={option.detail}>{option.label}</vscode-option>
      ))}
    </vscode-dropdown>
  );
}
