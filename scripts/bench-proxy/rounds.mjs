// One run: every load in every round, and each load through all contenders in a row, both in an order that the seed shuffles: whatever
// else the machine does meets all alike.
import { canMake, LOADS, makeLoad } from './load.mjs';
import { cpuSeconds } from './processes.mjs';

/** Measurements as { engine, variant, load, round, requests, failed, seconds, cpu }. */
export async function measure(contenders, tools, { rounds, seconds, seed, progress }) {
  const random = generator(seed);
  const loads = LOADS.filter((load) => canMake(tools.load, load));
  const measured = [];
  for (let round = 1; round <= rounds; round++) {
    for (const load of shuffled(loads, random)) {
      for (const contender of shuffled(contenders, random)) {
        measured.push({ round, load: load.name, ...(await one(contender, load, tools, seconds)) });
      }
    }
    progress(`round ${round} of ${rounds}`);
  }
  return measured;
}

async function one(contender, load, { load: tool, pins }, seconds) {
  const { engine, variant, process } = contender;
  if (process.status !== undefined) throw new Error(`${engine}, ${variant}, ended under load: ${process.said}`);
  const before = cpuSeconds(process.pid);
  const made = await makeLoad(tool, pins.others, load, contender[load.listener], seconds);
  return { engine, variant, ...made, cpu: cpuSeconds(process.pid) - before };
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
