/** Bundled as text. */
declare module '*.jsonl' {
  const text: string;
  export default text;
}

/** Bundled as bytes. */
declare module '*.wasm' {
  const bytes: Uint8Array;
  export default bytes;
}
