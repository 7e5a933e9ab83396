/** A whole rehearsal: one or more runs of a scenario, each on a box of its own, and what they found. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Box } from './box';
import { ScaledClock } from './clock';
import { Control } from './control';
import { adaptConfiguration, certificatesOf } from './proxies/adapt-configuration';
import { Children } from './proxies/children';
import type { EngineBinary } from './proxies/engine-binary';
import { seededRandom } from './random';
import { Recorder } from './recorder';
import type { LiveTimeline } from './report/live';
import type { RehearsalResult, RunResult } from './report/result';
import { BUCKET_MS } from './scenarios/clients';
import type { Scenario } from './scenarios/scenario';
import { takeoverNotes } from './scenarios/takeover-steps';
import type { Assumptions } from './template/budgets';
import { type FleetModel, firstSlots, type SlotModel } from './template/model';
import { UsageError } from './usage-error';

/** Less than this is within what the budgets leave room for. */
const LAG_WORTH_A_NOTE_SECONDS = 2;

export interface RehearsalOptions {
  /** Name of the scenario. */
  readonly called: string;
  readonly scenario: Scenario;
  readonly timeScale: number;
  readonly seed: number;
  readonly runs: number;
  readonly assumptions: Assumptions;
  readonly engine: EngineBinary;
  /** Script that child processes re-enter. */
  readonly script: string;
  readonly live: LiveTimeline;
  /** Ends the rehearsal early. */
  readonly signal: AbortSignal;
}

/** Resolves with nothing when it was ended early; either way nothing is left running. */
export async function rehearse(fleet: FleetModel, options: RehearsalOptions): Promise<RehearsalResult | undefined> {
  const { called, scenario, timeScale, seed, assumptions, engine } = options;
  const runs: RunResult[] = [];
  const delay = monitorEventLoopDelay();
  delay.enable();
  for (let run = 0; run < options.runs; run++) {
    if (options.runs > 1) options.live.ready(`run ${run + 1} of ${options.runs}, seed ${seed + run}`);
    const result = await runOnce(fleet, options, seed + run);
    if (!result) return undefined;
    runs.push(result);
  }
  return {
    stack: fleet.stack,
    scenario: called,
    timeScale,
    seed,
    proxy: `${engine.engine} ${engine.version} (${engine.origin})`,
    assumptions: [
      { name: 'health check to DNS answers, at most', seconds: assumptions.propagationSeconds, option: '--propagation' },
      { name: 'address move to traffic, at most', seconds: assumptions.addressMoveSeconds, option: '--address-move' },
    ],
    notes: [
      ...takeoverNotes(runs, fleet, timeScale),
      ...notesOf(fleet, timeScale),
      ...(scenario.notes ?? []),
      ...lagNotes(delay.max / 1e6, timeScale),
    ],
    slots: playedSlots(fleet, runs).map(({ slot, zone, address }) => ({ slot: `slot ${slot}`, zone, address })),
    runs,
    passed: runs.every(({ measures, clients }) => clients.length > 0 && [...measures, ...clients].every(({ kept }) => kept)),
  };
}

async function runOnce(fleet: FleetModel, options: RehearsalOptions, seed: number): Promise<RunResult | undefined> {
  const { live, assumptions, scenario } = options;
  const clock = new ScaledClock(options.timeScale);
  const random = seededRandom(seed);
  let shown = false;
  const recorder = new Recorder(clock, (event) => {
    if (shown) live.event(event);
  });
  const children = new Children({ script: options.script });
  const box = new Box({ fleet, clock, random, assumptions, children, recorder, engine: options.engine });
  const control = box.takeover && new Control(children.directory, box.takeover);
  const onReady = (text: string) => {
    live.ready(text);
    shown = true;
  };
  try {
    live.phase(`starting ${firstSlots(fleet).length} proxies`);
    const operable = () => control?.start().catch(({ message }: Error) => live.ready(`it takes no orders (${message})`));
    const started = box.start().then(operable);
    const played = started.then(() => scenario.play({ fleet, box, clock, random, recorder, assumptions, onReady }));
    const outcome = await Promise.race([played, aborted(options.signal), children.trouble]);
    if (!outcome) return undefined;
    const victim = outcome.victim === undefined ? undefined : `slot ${outcome.victim}`;
    return { seed, events: recorder.events, bucketMs: BUCKET_MS, ...outcome, victim };
  } finally {
    await control?.stop();
    await children.stop();
    await box.stop();
  }
}

/** All but the places of an elastic fleet at which no instance ever was. */
function playedSlots(fleet: FleetModel, runs: readonly RunResult[]): SlotModel[] {
  const lanes = new Set(runs.flatMap(({ events }) => events.map(({ lane }) => lane)));
  const first = firstSlots(fleet);
  return fleet.slots.filter((each) => first.includes(each) || lanes.has(`slot ${each.slot}`));
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** A TTL is a whole number of seconds on the wire, so time can run no faster than the shortest TTL lasts. */
export function validateTimeScale(fleet: FleetModel, timeScale: number): void {
  const shortest = Math.min(...fleet.zones.flatMap(({ records }) => records.map(({ ttl }) => ttl)));
  if (timeScale > shortest) {
    throw new UsageError(
      `time scale must be at most the shortest TTL of ${shortest} s, got ${timeScale}: use --time-scale ${shortest} or less`,
    );
  }
}

/** Wall-clock time that this machine loses counts `timeScale` times. */
function lagNotes(lagMs: number, timeScale: number): string[] {
  const seconds = (lagMs * timeScale) / 1000;
  if (seconds < LAG_WORTH_A_NOTE_SECONDS) return [];
  return [
    `This machine was busy: it lagged by up to ${Math.round(lagMs)} ms, which counts as ${seconds.toFixed(1)} simulated seconds. ` +
      'If a budget broke, free it or use a smaller --time-scale.',
  ];
}

/** Clients watch what the broken slot served first. */
function unwatched({ zones, takeover }: FleetModel): string[] {
  const names = new Set(zones.flatMap(({ records }) => records.map(({ name }) => name))).size;
  const virtualIps = takeover?.topology.virtualIps.length ?? 0;
  if (names < 2 && virtualIps < 2) return [];
  const held = virtualIps > 0 ? `, and of ${virtualIps} virtual IPs those that the broken slot held` : '';
  return [`Clients watched one of ${names} names at most${held}.`];
}

/** On the wire a TTL is a whole number of seconds. */
function roundedTtls(fleet: FleetModel, timeScale: number): string[] {
  const ttls = [...new Set(fleet.zones.flatMap(({ records }) => records.map(({ ttl }) => ttl)))];
  const played = (ttl: number) => Math.ceil(ttl / timeScale) * timeScale;
  return ttls
    .filter((ttl) => played(ttl) !== ttl)
    .map((ttl) => `The TTL of ${ttl} s was played as ${played(ttl)} s, in its budget too: use a --time-scale that divides it.`);
}

/** Only what would be changed is asked for. */
const NOWHERE = { addresses: [], targets: new Map(), resolver: { address: '', port: 0 }, directory: '', plain: true };

/** What was spoken in another way than on an instance. */
function transportNotes(configuration: string): string[] {
  const plain =
    adaptConfiguration(configuration, NOWHERE).text !== adaptConfiguration(configuration, { ...NOWHERE, plain: false }).text;
  return [
    ...(certificatesOf(configuration).length > 0
      ? ['Where listeners end TLS, a certificate signed with its own key stood in, and clients took it.']
      : []),
    ...(plain ? ['Targets were spoken to without TLS, and nobody spoke the PROXY protocol.'] : []),
  ];
}

function notesOf(fleet: FleetModel, timeScale: number): string[] {
  const [slot] = fleet.slots;
  const { changed, added } = adaptConfiguration(slot?.configuration ?? '', NOWHERE);
  return [
    `Each proxy ran the configuration from its user data, but for ${changed.length} lines of binds, resolver and the proxy's own folder, targets' addresses, and what this machine needs (${added.join(' ') || 'nothing'}).`,
    ...transportNotes(slot?.configuration ?? ''),
    ...(fleet.heartbeat
      ? [
          "Heartbeats were a model of keepalived's VRRP with the template's settings; each watchdog was the script of the user data.",
        ]
      : []),
    'No time passes here for Lambda to start, for EC2, DynamoDB and EventBridge to answer, or for an instance to boot.',
    ...roundedTtls(fleet, timeScale),
    ...unwatched(fleet),
    ...(timeScale === 1
      ? []
      : ["Not scaled: clients' timeouts, the proxies' own timers, watchdogs, and the time that sockets and processes take."]),
    ...fleet.skipped.map((sentence) => `${sentence[0]?.toUpperCase()}${sentence.slice(1)}.`),
  ];
}
