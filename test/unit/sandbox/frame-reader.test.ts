import { describe, expect, it } from 'vitest';
import { FrameReader } from '../../../src/sandbox/frame-reader.js';

const frame = (stream: number, text: string) => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

describe('FrameReader', () => {
  it('tells the streams apart, wherever the pieces were cut', () => {
    const bytes = Buffer.concat([frame(1, 'out'), frame(2, 'error'), frame(1, ''), frame(1, 'more')]);
    for (let size = 1; size <= bytes.length; size++) {
      const heard = { stdout: '', stderr: '' };
      const reader = new FrameReader((stream, payload) => (heard[stream] += payload.toString()));
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      expect(heard).toEqual({ stdout: 'outmore', stderr: 'error' });
    }
  });

  it('hands on the payload of a huge frame without waiting for its end', () => {
    const header = frame(1, '').subarray(0, 8);
    header.writeUInt32BE(0xffffffff, 4);
    let bytes = 0;
    const reader = new FrameReader((_stream, payload) => (bytes += payload.length));
    reader.push(header);
    reader.push(Buffer.alloc(1000));
    expect(bytes).toBe(1000);
  });

  it('refuses bytes that are no frames', () => {
    expect(() => { new FrameReader(() => undefined).push(Buffer.from('HTTP/1.1 500')); }).toThrow('unknown form');
  });
});
