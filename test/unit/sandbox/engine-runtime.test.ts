import { describe, expect, it } from 'vitest';
import { chooseRuntime, runtimeError } from '../../../src/sandbox/engine-runtime.js';

const runc = { path: 'runc' };
const both = { Runtimes: { runc, runsc: { path: '/usr/bin/runsc' } }, DefaultRuntime: 'runc' };
const plain = { Runtimes: { runc }, DefaultRuntime: 'runc' };

describe('chooseRuntime', () => {
  it('takes gVisor where the engine has it, unless told otherwise', () => {
    expect(chooseRuntime('auto', both, 'E')).toEqual({ name: 'runsc', title: 'gVisor (runsc)' });
    expect(chooseRuntime('runsc', both, 'E')).toEqual({ name: 'runsc', title: 'gVisor (runsc)' });
    expect(chooseRuntime('default', both, 'E')).toEqual({ title: 'runc' });
    expect(chooseRuntime('auto', plain, 'E')).toEqual({ title: 'runc' });
    expect(chooseRuntime('auto', {}, 'E')).toEqual({ title: 'the engine’s own runtime' });
    for (const choice of ['auto', 'default', 'runsc'] as const) expect(chooseRuntime(choice, { ...both, DefaultRuntime: 'runsc' }, 'E')).toEqual({ title: 'gVisor (runsc)' });
  });

  it('[P17] refuses an engine without gVisor when gVisor is asked for', () => {
    for (const facts of [plain, {}, { Runtimes: Object.create({ runsc: {} }) as Record<string, unknown> }]) {
      expect(() => chooseRuntime('runsc', facts, 'Docker 20')).toThrow(expect.objectContaining({ code: 'unavailable', message: 'Docker 20 doesn\'t have gVisor (runsc), so code is not run in it.' }) as Error);
    }
  });

  it('says that gVisor failed, where it did', () => {
    const refusal = Object.assign(new Error('(HTTP code 400) bad parameter'), { statusCode: 400, json: { message: 'runsc: no such platform' } });
    expect(runtimeError(refusal, { name: 'runsc', title: '' })).toMatchObject({ code: 'io', message: 'gVisor (runsc) could not start a container: runsc: no such platform', next: expect.stringContaining('axon.sandbox.runtime') as string });
    expect(runtimeError(refusal, { title: 'runc' })).toBe(refusal);
    for (const other of [new Error('x'), Object.assign(new Error('x'), { statusCode: 404 })]) expect(runtimeError(other, { name: 'runsc', title: '' })).toBe(other);
  });

  it('[P17] believes Podman no runtime but its default: it lists what it knows and heeds no wish', () => {
    const podman = { ...both, DefaultRuntime: 'crun', isPodman: true };
    expect(chooseRuntime('auto', podman, 'Podman')).toEqual({ title: 'crun' });
    expect(() => chooseRuntime('runsc', podman, 'Podman')).toThrow(/gVisor/);
    expect(chooseRuntime('runsc', { ...podman, DefaultRuntime: 'runsc' }, 'Podman')).toEqual({ title: 'gVisor (runsc)' });
  });
});
