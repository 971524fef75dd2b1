import fc from 'fast-check';

/** Given by `npm test` from the commit; alone, a test of this layer tries other cases each time. A failure tells its seed either way. */
const seed = process.env['AXON_TEST_SEED'];
if (seed !== undefined) fc.configureGlobal({ seed: Number.parseInt(seed, 16) | 0 });
