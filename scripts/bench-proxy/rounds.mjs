// One run: every load of every contender in every round, in an order that the seed shuffles, so that whatever else the machine does
// meets all alike.
import { canMake, LOADS, makeLoad } from './load.mjs';
import { cpuSeconds } from './processes.mjs';

/** Measurements as { engine, variant, load, round, requests, failed, seconds, cpu }. */
export async function measure(contenders, tools, { rounds, seconds, seed, progress }) {
  const random = generator(seed);
  const pairs = LOADS.filter((load) => canMake(tools.load, load)).flatMap((load) =>
    contenders.map((contender) => ({ load, contender })),
  );
  const measured = [];
  for (let round = 1; round <= rounds; round++) {
    for (const { load, contender } of shuffled(pairs, random)) {
      const { engine, variant, process } = contender;
      if (process.status !== undefined) throw new Error(`${engine}, ${variant}, ended under load: ${process.said}`);
      const before = cpuSeconds(process.pid);
      const made = await makeLoad(tools.load, tools.pins.others, load, contender[load.listener], seconds);
      measured.push({ engine, variant, load: load.name, round, ...made, cpu: cpuSeconds(process.pid) - before });
    }
    progress(`round ${round} of ${rounds}`);
  }
  return measured;
}

function shuffled(list, random) {
  const result = [...list];
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [result[index], result[other]] = [result[other], result[index]];
  }
  return result;
}

/** mulberry32. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
