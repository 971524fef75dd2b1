import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly maxLength: number;
  /** Takes the focus when it appears, with its text selected. */
  readonly focused?: boolean;
  readonly onInput: (value: string) => void;
  /** Enter. */
  readonly onSubmit: () => void;
  /** Escape. */
  readonly onCancel: () => void;
}

type FieldElement = HTMLElement & { readonly value: string; select(): void };

/** One line of text. Enter submits, Escape cancels; neither key reaches what lies around it. */
export function TextField(props: TextFieldProps): VNode {
  const element = useRef<FieldElement>(null);
  useEffect(() => {
    if (props.focused !== true) return undefined;
    // The element renders its control a moment after it was put into the document.
    const frame = requestAnimationFrame(() => {
      element.current?.focus();
      element.current?.select();
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  // Once it is in the document, where the element names itself “Text field”.
  useEffect(() => element.current?.setAttribute('aria-label', props.label), [props.label]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
    event.stopPropagation();
    event.preventDefault();
    if (event.key === 'Enter') props.onSubmit();
    else props.onCancel();
  };
  return (
    <vscode-text-field
      ref={element} value={props.value} placeholder={props.placeholder} maxlength={props.maxLength}
      onInput={(event) => props.onInput((event.target as FieldElement).value)} onKeyDown={onKeyDown}
    />
  );
}
