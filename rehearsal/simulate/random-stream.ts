/**
 * Chance for a whole simulation: every failover has a stream of its own, named by the seed and the failover's number, so that the
 * result is the same whoever plays which failover, and in which order.
 */

/** Draws thrown away until nothing in the stream resembles the numbers that it began with. */
const WARM_UP = 16;

/** A source of numbers in [0, 1): sfc32. Its state is long enough that streams of neighbouring numbers do not meet. */
export function randomStream(seed: number, number: number): () => number {
  let a = seed | 0;
  let b = number | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let draw = 0; draw < WARM_UP; draw++) next();
  return next;
}
