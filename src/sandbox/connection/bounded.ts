import type { Socket } from 'node:net';

/**
 * Bytes that one connection to another machine's engine may bring: several times what a run prints and leaves, and what a
 * client can hold that keeps an answer whole. An engine that means harm, or is mad, would fill the editor's memory.
 */
export const mostBytes = 128 * 1024 * 1024;

export function tooMuch(): Error {
  return new Error('the engine sent more than any answer has');
}

/** Ends the connection soon after it brought more than `most` bytes. */
export function bounded<T extends Pick<Socket, 'bytesRead' | 'destroy' | 'once'>>(socket: T, most = mostBytes): T {
  // Looked at now and then: a listener for its data would take them from the client.
  const timer = setInterval(() => {
    if (socket.bytesRead > most) socket.destroy(tooMuch());
  }, 100).unref();
  socket.once('close', () => { clearInterval(timer); });
  return socket;
}
