/**
 * One fleet in moto and its bundled takeover function as a warm process, with the front and the fault proxy between the two. Every
 * run is recorded from both sides: what the function claims, and what is true.
 */
import { METRICS } from '../../lib/private/contract';
import { ENV, EVENT_TYPES } from '../../lib/private/takeover-contract';
import type { TakeoverEntry } from '../../runtime/ports';
import type { TakeoverSummary } from '../../runtime/takeover';
import { type Association, AwsFront, type SentEvent } from './aws-front';
import { type Call, FaultProxy } from './fault-proxy';
import { FleetInMoto, type FleetSlot, type TableItem } from './fleet-in-moto';
import { HandlerProcess, type HandlerRun } from './handler-process';
import type { Moto } from './moto';

/** What one run claimed and did. */
export interface RecordedRun {
  readonly run: HandlerRun;
  /** Undefined when the function threw. */
  readonly summary?: TakeoverSummary;
  readonly log: readonly TakeoverEntry[];
  /** The metrics of the run by name; undefined when it wrote none. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Events that arrived, a repeated one twice. */
  readonly events: readonly SentEvent[];
  readonly calls: readonly Call[];
  /** What really changed. */
  readonly changes: readonly Association[];
  readonly before: TableItem;
  readonly after: TableItem;
  /** Where the address was and is, as front and moto agree. */
  readonly from?: FleetSlot;
  readonly to?: FleetSlot;
}

export class TakeoverRig {
  /** A fleet whose virtual IP is on a slot already, and a function that has run before. */
  static async start(moto: Moto, name: string): Promise<TakeoverRig> {
    const fleet = await FleetInMoto.make(moto, name);
    const front = await AwsFront.start(moto.endpoint);
    const proxy = await FaultProxy.start(front.endpoint);
    const environment = {
      ...moto.environment,
      AWS_ENDPOINT_URL: proxy.endpoint,
      [ENV.topology]: JSON.stringify(fleet.topology),
      [ENV.table]: name,
    };
    const rig = new TakeoverRig(fleet, front, proxy, environment, new HandlerProcess('takeover', environment));
    const { run } = await rig.record();
    if (run.error === undefined) return rig;
    await rig.stop();
    throw new Error([`the first takeover failed: ${run.error}`, ...run.lines].join('\n'));
  }

  private constructor(
    readonly fleet: FleetInMoto,
    readonly front: AwsFront,
    readonly proxy: FaultProxy,
    readonly environment: Record<string, string>,
    readonly handler: HandlerProcess,
  ) {}

  async stop(): Promise<void> {
    await this.handler.stop();
    await this.proxy.stop();
    await this.front.stop();
    this.fleet.stop();
  }

  /** The slot that has the virtual IP; throws where the front's record and moto differ. */
  async holder(): Promise<FleetSlot | undefined> {
    const { interfaceId, privateAddress } = this.front.placeOf(this.fleet.allocationId) ?? {};
    const inMoto = await this.fleet.interfaceInMoto();
    if ((inMoto || undefined) !== interfaceId) throw new Error(`moto has the address on ${inMoto}, the front on ${interfaceId}`);
    return this.fleet.slots.find((slot) => slot.interfaceId === interfaceId && slot.address === privateAddress);
  }

  /** Everybody is well again, nothing fails, and no move is remembered. */
  async settle(): Promise<void> {
    this.front.health = () => 'ready';
    this.proxy.reset();
    await this.fleet.write({});
  }

  /** From now on every zone says that the holder is dead. */
  async killHolder(): Promise<FleetSlot> {
    const holder = await this.holder();
    if (!holder) throw new Error('no slot has the virtual IP');
    this.front.health = (address) => (address === holder.address ? 'dead' : 'ready');
    return holder;
  }

  /** One run of the function, by the rig's own process or by another one. */
  async record(hint: unknown = {}, remainingMs?: number, handler = this.handler): Promise<RecordedRun> {
    const [before, from] = [await this.fleet.item(), await this.holder()];
    const [calls, events, changes] = [this.proxy.calls.length, this.front.events.length, this.front.changes.length];
    const run = await handler.run(hint, remainingMs);
    const [after, to] = [await this.fleet.item(), await this.holder()];
    const lines = run.lines.map((line) => JSON.parse(line) as TakeoverEntry | Record<string, number>);
    return {
      run,
      summary: run.value as TakeoverSummary | undefined,
      log: lines.filter((line): line is TakeoverEntry => 'event' in line),
      metrics: lines.find((line): line is Record<string, number> => METRICS.moves in line),
      events: this.front.events.slice(events),
      calls: this.proxy.calls.slice(calls),
      changes: this.front.changes.slice(changes),
      before,
      after,
      from,
      to,
    };
  }
}

/** Calls of a run to one service or of one action. */
export function callsOf({ calls }: RecordedRun, name: string): Call[] {
  return calls.filter(({ service, action }) => service === name || action === name);
}

/** What one run says that is not so, in sentences. */
export function untruths(record: RecordedRun): string[] {
  const { run, summary, log, metrics, events, changes, before, after, to } = record;
  const moved = log.filter(({ event }) => event === 'moved');
  const told = events.filter(({ type }) => type === EVENT_TYPES.moved);
  const claims = [
    ...(summary?.moves ?? []).map((move) => ({ where: 'the summary', to: move.to })),
    ...moved.map((entry) => ({ where: 'the log', to: entry.to })),
    ...told.map(({ detail }) => ({ where: 'an event', to: detail.to })),
  ];
  const written = callsOf(record, 'UpdateItem').filter(({ status }) => status === 200).length;
  const counted = metrics?.[METRICS.moves];
  const remembered = Object.values(after.state.moves ?? {}).flat().length - Object.values(before.state.moves ?? {}).flat().length;
  const confirmed = summary?.moves.length ?? 0;
  const says = (sentence: string, isFalse: boolean) => (isFalse ? [sentence] : []);
  return [
    ...claims.flatMap((claim) =>
      says(`${claim.where} claims a move to slot ${claim.to}`, claim.to !== to?.slot || changes.length === 0),
    ),
    ...says(`${changes.length} changes of one address in one run`, changes.length > 1),
    ...says(
      `a success, but ${changes.length} changes and ${confirmed} reported`,
      run.error === undefined && changes.length !== confirmed,
    ),
    ...says(`${confirmed} moves in the summary, ${moved.length} in the log`, summary !== undefined && moved.length !== confirmed),
    ...says(`${moved.length} moves in the log, ${counted} in the metrics`, counted !== undefined && counted !== moved.length),
    ...says(`epoch ${before.epoch} became ${after.epoch} by ${written} writes`, after.epoch !== before.epoch + written),
    ...says(`${changes.length} changes, ${remembered} remembered`, remembered < changes.length),
    ...says(
      'all is well, says the log, but nobody could judge it',
      log.some(({ event, reason }) => event === 'well' && reason.endsWith('could not be judged')),
    ),
    ...says('a failure that the log does not tell of', run.error !== undefined && !log.some(({ event }) => event === 'failed')),
  ];
}
