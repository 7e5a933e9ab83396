/** The quiet before a fault. */

import { firstSlots } from '../template/model';
import type { Witness } from './clients';
import { until } from './expectation';
import type { Stage } from './scenario';

/** How long clients may take until their first request is over, in seconds on the wall. */
const FIRST_REQUEST = 10;

/** Starts the clients, and lets a drawn time pass in which all is well: the fault then meets every timer at a random moment. */
export async function warmUp(stage: Stage, witnesses: readonly Witness[], { least, most }: { least: number; most: number }) {
  const { fleet, box, clock, random, recorder } = stage;
  const seconds = least + random() * (most - least);
  recorder.expectFault(clock.now() + seconds * 1000);
  const clients = witnesses.length === 1 ? '1 client' : `${witnesses.length} clients`;
  const when = `${most < 10 ? seconds.toFixed(1) : Math.round(seconds)} simulated seconds`;
  stage.onReady(`ready: ${firstSlots(fleet).length} proxies, ${clients}; the fault comes after ${when}`);
  for (const { name, options } of witnesses) box.startClient(name, options);
  await until(stage, FIRST_REQUEST * clock.timeScale, () => witnesses.every(({ name }) => recorder.samplesOf(name).length > 0));
  await clock.sleep(seconds * 1000);
}
