import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { post } from '../host.js';
import { IconButton } from '../icon-button.js';
import { languageOf } from './languages.js';

/** Longer blocks stay without colours: reading them would hold up the page. */
const longest = 60_000;
/** A block that still grows is coloured when it rests this long, in milliseconds. */
const rest = 120;

/** Code with its language, and buttons to copy it or to put it into the editor. Colours come when it is seen. */
export function CodeBlock({ text, info }: { readonly text: string; readonly info: string }): VNode {
  const code = useRef<HTMLElement>(null);
  const language = languageOf(info);
  useEffect(() => {
    const element = code.current;
    if (!element) return undefined;
    element.textContent = text;
    if (language === undefined || text.length > longest) return undefined;
    return whenSeen(element, () => void colour(element, text, language));
  }, [text, language]);
  return (
    <figure class="code-block" aria-label={info === '' ? 'Code' : `Code, ${info}`}>
      <figcaption>
        <span class="code-language">{info === '' ? 'text' : info}</span>
        <CopyButton text={text} />
        <IconButton icon="insert" label="Insert at the cursor" onClick={() => post({ type: 'insert', text })} />
      </figcaption>
      <pre tabIndex={0}>
        <code ref={code} />
      </pre>
    </figure>
  );
}

async function colour(element: HTMLElement, text: string, language: string): Promise<void> {
  const { highlight } = await import('./highlight.js');
  if (element.textContent !== text) return;
  const fragment = highlight(text, language);
  if (fragment) element.replaceChildren(fragment);
}

/** Calls back once `element` has come near the screen and rested. Returns what stops the waiting. */
function whenSeen(element: HTMLElement, then: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      timer = setTimeout(then, rest);
    },
    { rootMargin: '200px' },
  );
  observer.observe(element);
  return () => {
    observer.disconnect();
    clearTimeout(timer);
  };
}

export function CopyButton({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }): VNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      icon={copied ? 'check' : 'copy'} label={copied ? 'Copied' : label}
      onClick={() => {
        post({ type: 'copy', text });
        setCopied(true);
      }}
    />
  );
}
