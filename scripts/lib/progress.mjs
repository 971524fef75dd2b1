/** Plain lines with the time since the start, so that a log tells where the time went: `  12.3s  installing …`. */
const start = Date.now();

/** @param {string} text one line for a person */
export function say(text) {
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${seconds.padStart(6)}s  ${text}`);
}

/** @param {number} since milliseconds, as Date.now() gave them @returns {string} like `12.3s` */
export const elapsed = (since) => `${((Date.now() - since) / 1000).toFixed(1)}s`;
