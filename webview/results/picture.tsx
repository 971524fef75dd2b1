import type { RefObject, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { exactLine } from '../../src/protocol/exact-text.js';
import { prose } from '../../src/protocol/prose.js';
import type { ResultFileView } from '../../src/protocol/transcript.js';
import { FileHead } from './file-head.js';
import { mostPixels } from './picture-problem.js';
import { usePicture } from './use-picture.js';

/** A picture that a program made: as large as the column allows, and in its own size on request. */
export function Picture({ id, file }: { readonly id: string; readonly file: ResultFileView }): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const { state, fail, again } = usePicture(frame, id, file);
  const [large, setLarge] = useState(false);
  const isSmaller = useIsSmaller(image, state.kind === 'shown' ? state.url : undefined);
  const name = exactLine(file.name);
  const leftOut = state.kind === 'shown' ? state.leftOut : [];
  const measured = state.kind === 'shown' ? { ...file, width: Math.round(state.size.width), height: Math.round(state.size.height) } : file;
  const scrolls = large && state.kind === 'shown';
  return (
    <figure class="result result-picture" aria-label={name}>
      <FileHead id={id} file={measured}>
        {state.kind === 'shown' && (large || isSmaller) && (
          <button type="button" class="text-button" aria-label={`${large ? 'Fit' : 'Enlarge'} ${name}`} onClick={() => setLarge(!large)}>{large ? 'Fit' : 'Enlarge'}</button>
        )}
      </FileHead>
      <div
        class={`picture-frame ${large ? 'picture-large' : ''}`} ref={frame}
        {...(scrolls && { tabIndex: 0, role: 'group', 'aria-label': `${name}, in its own size` })}
      >
        {state.kind === 'shown' && (
          <img ref={image} src={state.url} alt={name} width={measured.width} height={measured.height} decoding="async" draggable={false} onError={() => fail('Its data is broken.')} />
        )}
        {state.kind === 'waiting' && <p class="picture-wait" style={roomFor(file)}>Loading the picture…</p>}
        {state.kind === 'problem' && (
          <p class="picture-problem">This picture can’t be shown. {prose(state.problem)} <button type="button" class="text-button" aria-label={`Try again: ${name}`} onClick={again}>Try again</button></p>
        )}
      </div>
      {leftOut.length > 0 && <figcaption class="picture-left-out">Not shown of it, to be safe: {leftOut.map((each) => prose(each)).join(', ')}.</figcaption>}
    </figure>
  );
}

/** The room of a picture that is on its way, so that nothing below it jumps. */
function roomFor({ width, height }: ResultFileView): { width: string; aspectRatio: string } | undefined {
  const isSize = (pixels: number | undefined): pixels is number => pixels !== undefined && pixels >= 1 && pixels <= mostPixels.side;
  return isSize(width) && isSize(height) ? { width: `${width}px`, aspectRatio: `${width} / ${height}` } : undefined;
}

/** Whether the picture is drawn smaller than it is. */
function useIsSmaller(image: RefObject<HTMLImageElement | null>, url: string | undefined): boolean {
  const [isSmaller, setIsSmaller] = useState(false);
  useEffect(() => {
    const element = image.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setIsSmaller(element.clientWidth + 1 < element.width || element.clientWidth + 1 < element.naturalWidth || element.clientHeight + 1 < element.naturalHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [url]);
  return isSmaller;
}
