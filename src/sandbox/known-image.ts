import { AxonError } from '../errors.js';
import type { SandboxStatus } from '../ports/sandbox.js';
import type { Engine, ImageFacts } from './engine.js';
import { contextHash, contextLabel } from './image-context.js';

/** Which image was accepted for which engine and name. What is kept here is for a person's word alone to change. */
export interface ImagePins {
  get(place: string): string | undefined;
  set(place: string, id: string): Promise<void>;
}

export type KnownImage =
  | { readonly state: 'ready'; readonly image: ImageFacts }
  /** It is there, but nobody accepted it: it was built or loaded by somebody else, or replaced. */
  | { readonly state: 'image-unknown'; readonly image: ImageFacts; readonly acceptedBefore: boolean }
  /** None, or one of another version of Axon. */
  | { readonly state: 'no-image' };

export interface ImageChoice {
  readonly imageName: string;
  readonly contextFolder: string;
  /** Absent: whatever image has the name is taken. For tools that built it a moment ago. */
  readonly pins?: ImagePins;
}

/** One name for an image on an engine. */
export function placeOf(engineId: string, { imageName }: ImageChoice): string {
  return `${engineId} ${imageName}`;
}

/** The image that the name stands for now, and whether code may run in it. The name can mean another one a moment later: use its id. */
export async function knownImage(engine: Pick<Engine, 'image'>, engineId: string, choice: ImageChoice): Promise<KnownImage> {
  const { imageName, contextFolder, pins } = choice;
  const image = await engine.image(imageName);
  if (image?.labels[contextLabel] !== (await contextHash(contextFolder))) return { state: 'no-image' };
  const accepted = pins?.get(placeOf(engineId, choice));
  // A name that holds a digest can mean one image only: who wrote the setting has said which. One that is an id is compared.
  const named = imageName === image.id || /@sha256:[0-9a-f]{64}$/.test(imageName);
  if (!pins || named || accepted === image.id) return { state: 'ready', image };
  return { state: 'image-unknown', image, acceptedBefore: accepted !== undefined };
}

/** Remembers the image that a person looked at. Rejects with `AxonError` stale when the name means another one by now. */
export async function acceptKnown(known: KnownImage, engineId: string, choice: ImageChoice, digest: string): Promise<void> {
  if (known.state === 'no-image' || known.image.id !== digest) throw new AxonError('stale', `${choice.imageName} is another image by now.`, 'Look at it again.');
  await choice.pins?.set(placeOf(engineId, choice), digest);
}

/** The part of the status that is about the image. */
export function imageStatus(known: KnownImage): ImageStatus {
  if (known.state === 'no-image') return known;
  const { id: digest, bytes, createdAt } = known.image;
  return known.state === 'ready' ? { state: 'ready', digest, bytes } : { state: 'image-unknown', digest, bytes, createdAt, acceptedBefore: known.acceptedBefore };
}

export type ImageStatus = DistributivePick<Exclude<SandboxStatus, { state: 'no-engine' }>>;
type DistributivePick<T> = T extends unknown ? Omit<T, 'engine' | 'image' | 'runtime' | 'notes' | 'warm' | 'runs'> : never;

export function unknownImage(imageName: string): AxonError {
  return new AxonError('unavailable', `Nobody accepted the image that ${imageName} stands for now: it was built or loaded by somebody else, or replaced.`, '“Axon: Sandbox Status” shows it; accept it there, or build it again.');
}
