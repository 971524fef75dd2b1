import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ResultFileView } from '../../src/protocol/transcript.js';
import { loadPicture } from './load-picture.js';
import { PictureProblem } from './picture-problem.js';
import type { PictureSize } from './picture-problem.js';

/** How near to the part that is seen a picture has to come, in pixels, before its bytes are asked for. */
const near = 400;

export type PictureState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'shown'; readonly url: string; readonly size: PictureSize; readonly leftOut: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: string };

export interface ShownPicture {
  readonly state: PictureState;
  readonly fail: (problem: string) => void;
  readonly again: () => void;
}

/** The picture for `frame`, asked for once, when the frame comes near the screen. Its address lives as long as the frame. */
export function usePicture(frame: RefObject<HTMLElement | null>, id: string, file: ResultFileView): ShownPicture {
  const [state, setState] = useState<PictureState>({ kind: 'waiting' });
  const [attempt, setAttempt] = useState(0);
  const fail = (problem: string): void => setState({ kind: 'problem', problem });
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    let url: string | undefined;
    let gone = false;
    setState({ kind: 'waiting' });
    const load = async (): Promise<void> => {
      try {
        const { blob, size, leftOut } = await loadPicture(id, file);
        if (gone) return;
        url = URL.createObjectURL(blob);
        setState({ kind: 'shown', url, size, leftOut });
      } catch (error) {
        if (!gone) fail(error instanceof PictureProblem ? error.message : 'It could not be read.');
      }
    };
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        void load();
      },
      { root: element.closest('.scroller'), rootMargin: `${near}px 0px` },
    );
    observer.observe(element);
    return () => {
      gone = true;
      observer.disconnect();
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [id, file.name, file.bytes, file.media, attempt]);
  return { state, fail, again: () => setAttempt(attempt + 1) };
}
