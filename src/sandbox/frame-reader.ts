/**
 * Takes apart the stream that an attached container without a terminal sends: frames of eight bytes (stream number,
 * three zeros, length as 32 bits big-endian) and a payload (Docker Engine API, ContainerAttach). Payload is handed on as
 * it comes; nothing but a header is ever held.
 */
export class FrameReader {
  readonly #header = Buffer.alloc(8);
  #have = 0;
  #left = 0;

  constructor(private readonly onPayload: (stream: 'stdout' | 'stderr', bytes: Buffer) => void) {}

  /** Throws when the bytes are no frames. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const payload = chunk.subarray(at, at + this.#left);
        this.#left -= payload.length;
        at += payload.length;
        this.onPayload(this.#header[0] === 2 ? 'stderr' : 'stdout', payload);
        continue;
      }
      const part = chunk.copy(this.#header, this.#have, at, at + 8 - this.#have);
      this.#have += part;
      at += part;
      if (this.#have < 8) return;
      if (this.#header.readUInt32BE(0) & 0x00ffffff || (this.#header[0] ?? 0) > 2) throw new Error('The Docker engine sent output in an unknown form.');
      this.#left = this.#header.readUInt32BE(4);
      this.#have = 0;
    }
  }
}
