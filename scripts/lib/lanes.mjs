/**
 * Runs layers in lanes: those of one lane one after another, in the order given, the lanes side by side. A layer also
 * waits for those that it names in `after`, whatever lane they are in; a name that isn't in the list is no reason to
 * wait. Such a name must stand at a place where it is begun without waiting for this layer.
 *
 * @template {{ name: string, lane: string, after?: readonly string[] }} Layer
 * @param {readonly Layer[]} layers
 * @param {(layer: Layer) => Promise<void>} run must not reject
 * @returns {Promise<void>} when all have ended
 */
export async function runInLanes(layers, run) {
  /** @type {Map<string, PromiseWithResolvers<void>>} */
  const ended = new Map(layers.map((layer) => [layer.name, Promise.withResolvers()]));
  const lanes = Object.values(Object.groupBy(layers, (layer) => layer.lane));
  await Promise.all(
    lanes.map(async (lane) => {
      for (const layer of lane ?? []) {
        await Promise.all((layer.after ?? []).map((name) => ended.get(name)?.promise));
        await run(layer);
        ended.get(layer.name)?.resolve();
      }
    }),
  );
}
