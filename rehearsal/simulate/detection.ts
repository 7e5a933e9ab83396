/**
 * When Route 53's health checkers find out, without playing their probes one by one.
 *
 * An endpoint that was well and is broken from one moment on fails every probe from there on, so each checker changes its mind with
 * the probe that is as many as the threshold: its phase, and an interval and a probe's time for each probe before. The status
 * changes with the checker that is one too many. A test plays the same with `observe` and `isHealthyByCheckers`, probe by probe.
 */
import { HEALTH_CHECK_TIMEOUT_SECONDS } from '../../lib/private/contract';
import { CHECKERS, isHealthyByCheckers } from '../health/aggregate';
import { type HealthCheckConfig, HTTP_SECONDS } from '../health/probe';
import type { Fault } from './behaviours';

export interface Endpoint {
  /** Seconds. */
  readonly requestInterval: number;
  readonly failureThreshold: number;
  /** Seconds that a probe of the broken endpoint takes until it has failed; infinite when it does not fail. */
  readonly probeSeconds: number;
}

/** How many checkers must find an endpoint unhealthy. */
const FAILING = failing();

/** The phases of those checkers that are not needed, and of the last one that is: the largest, rising. */
const LAST = new Float64Array(CHECKERS - FAILING + 1);

/**
 * Seconds from the fault to the change of the status; infinite when the endpoint is well again before.
 *
 * @param brokenSeconds how long the endpoint stays broken: probes that begin later find it well
 */
export function detectionSeconds(endpoint: Endpoint, random: () => number, brokenSeconds: number): number {
  const { requestInterval, failureThreshold, probeSeconds } = endpoint;
  LAST.fill(-1);
  for (let checker = 0; checker < CHECKERS; checker++) keep(random());
  if (!Number.isFinite(probeSeconds)) return Number.POSITIVE_INFINITY;
  const lastProbe = (LAST[0] as number) * requestInterval + (failureThreshold - 1) * (requestInterval + probeSeconds);
  return lastProbe < brokenSeconds ? lastProbe + probeSeconds : Number.POSITIVE_INFINITY;
}

/** Puts a phase among the largest if it is one of them. */
function keep(phase: number): void {
  if (phase <= (LAST[0] as number)) return;
  let at = 0;
  for (; at + 1 < LAST.length && (LAST[at + 1] as number) < phase; at++) LAST[at] = LAST[at + 1] as number;
  LAST[at] = phase;
}

function failing(): number {
  let count = 1;
  while (isHealthyByCheckers(CHECKERS - count, CHECKERS)) count++;
  return count;
}

/** Seconds until a probe of a broken endpoint has failed; infinite when the fault does not make it fail. */
export function probeSeconds(type: HealthCheckConfig['type'], fault: Fault): number {
  if (fault === 'crash') return 0;
  if (fault === 'black-hole') return type === 'TCP' ? HEALTH_CHECK_TIMEOUT_SECONDS.TCP : HTTP_SECONDS.connect;
  // Whoever only connects sees nothing wrong with a proxy that hangs.
  return type === 'TCP' ? Number.POSITIVE_INFINITY : HTTP_SECONDS.status;
}
