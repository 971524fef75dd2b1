import type { Memento } from 'vscode';
import * as z from 'zod/mini';
import type { ImagePins } from '../sandbox/known-image.js';

const name = 'axon.sandboxImages';
const most = 50;
const pinsSchema = z.array(z.object({ place: z.string(), id: z.string() }));

/** The accepted images in the editor's own memory, the newest last. */
export function imagePins(memory: Memento): ImagePins {
  const all = (): z.infer<typeof pinsSchema> => {
    const parsed = pinsSchema.safeParse(memory.get(name));
    // What can't be read accepts nothing: the person is asked again.
    return parsed.success ? parsed.data : [];
  };
  return {
    get: (place) => all().find((each) => each.place === place)?.id,
    set: async (place, id) => memory.update(name, [...all().filter((each) => each.place !== place), { place, id }].slice(-most)),
  };
}
