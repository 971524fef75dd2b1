import type { SqlJsStatic } from 'sql.js';

/** Loads sql.js when it is first needed. It keeps memory for good, so it is loaded once. */
export type LoadSqlite = () => Promise<SqlJsStatic>;

/** `locateWasm` gives the absolute path of `sql-wasm.wasm`. A load that failed is tried again the next time. */
export function sqliteLoader(locateWasm: () => string): LoadSqlite {
  let loading: Promise<SqlJsStatic> | undefined;
  const load = async (): Promise<SqlJsStatic> => {
    const { default: initSqlJs } = await import('sql.js');
    return initSqlJs({ locateFile: locateWasm });
  };
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
