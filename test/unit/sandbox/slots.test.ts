import { describe, expect, it } from 'vitest';
import { Slots } from '../../../src/sandbox/slots.js';

const never = new AbortController().signal;

describe('Slots', () => {
  it('lets so many in, and the others in their order, who hear their place', async () => {
    const slots = new Slots(1);
    const places: string[] = [];
    const release = await slots.take(never);
    const order: string[] = [];
    const wait = (name: string) => slots.take(never, (place) => places.push(`${name}${place}`)).then((give) => { order.push(name); return give; });
    const [b, c] = [wait('b'), wait('c')];
    expect(places).toEqual(['b1', 'c2']);
    release();
    release(); // Twice gives one slot back.
    const releaseB = await b;
    expect(order).toEqual(['b']);
    expect(places).toEqual(['b1', 'c2', 'c1']);
    releaseB();
    (await c)();
    expect(order).toEqual(['b', 'c']);
  });

  it('forgets who stops waiting', async () => {
    const slots = new Slots(1);
    const release = await slots.take(never);
    const stop = new AbortController();
    const stopped = slots.take(stop.signal);
    const places: number[] = [];
    const next = slots.take(never, (place) => places.push(place));
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(places).toEqual([2, 1]);
    release();
    (await next)();
    await expect(slots.take(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    (await slots.take(never))();
  });
});
