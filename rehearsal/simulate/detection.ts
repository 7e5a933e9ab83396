/**
 * When Route 53's health checkers find out, without playing their probes one by one.
 *
 * An endpoint that was well and is broken from one moment on fails every probe from there on, so each checker changes its mind with
 * the probe that is as many as the threshold: its phase, and an interval and a probe's time for each probe before. The status
 * changes with the checker that is one too many. A test plays the same with `observe` and `isHealthyByCheckers`, probe by probe.
 */
import { HEALTH_CHECK_TIMEOUT_SECONDS } from '../../lib/private/contract';
import { isHealthyByCheckers } from '../health/aggregate';
import type { EndpointType } from '../health/health-check';
import { HTTP_SECONDS } from '../health/probe';
import type { Fault } from './behaviours';

export interface Endpoint {
  /** How many look at it. */
  readonly checkers: number;
  /** Seconds. */
  readonly requestInterval: number;
  readonly failureThreshold: number;
  /** Seconds that a probe of the broken endpoint takes until it has failed; infinite when it does not fail. */
  readonly probeSeconds: number;
}

/**
 * Seconds from the fault to the change of the status; infinite when the endpoint is well again before.
 *
 * @param brokenSeconds how long the endpoint stays broken: probes that begin later find it well
 */
export function detectionSeconds(endpoint: Endpoint, random: () => number, brokenSeconds: number): number {
  const { checkers, requestInterval, failureThreshold, probeSeconds } = endpoint;
  const last = lastPhases(checkers);
  for (let checker = 0; checker < checkers; checker++) keep(last, random());
  if (!Number.isFinite(probeSeconds)) return Number.POSITIVE_INFINITY;
  const lastProbe = (last[0] as number) * requestInterval + (failureThreshold - 1) * (requestInterval + probeSeconds);
  return lastProbe < brokenSeconds ? lastProbe + probeSeconds : Number.POSITIVE_INFINITY;
}

const buffers = new Map<number, Float64Array>();

/** Room for the phases of those checkers that are not needed, and of the last one that is: the largest, rising. */
function lastPhases(checkers: number): Float64Array {
  const known = buffers.get(checkers);
  if (known) return known.fill(-1);
  let failing = 1;
  while (isHealthyByCheckers(checkers - failing, checkers)) failing++;
  const made = new Float64Array(checkers - failing + 1).fill(-1);
  buffers.set(checkers, made);
  return made;
}

/** Puts a phase among the largest if it is one of them. */
function keep(last: Float64Array, phase: number): void {
  if (phase <= (last[0] as number)) return;
  let at = 0;
  for (; at + 1 < last.length && (last[at + 1] as number) < phase; at++) last[at] = last[at + 1] as number;
  last[at] = phase;
}

/** Seconds until a probe of a broken endpoint has failed; infinite when the fault does not make it fail. */
export function probeSeconds(type: EndpointType, fault: Fault): number {
  if (fault === 'crash') return 0;
  if (fault === 'black-hole') return type === 'TCP' ? HEALTH_CHECK_TIMEOUT_SECONDS.TCP : HTTP_SECONDS.connect;
  // Whoever only connects sees nothing wrong with a proxy that hangs.
  return type === 'TCP' ? Number.POSITIVE_INFINITY : HTTP_SECONDS.status;
}
