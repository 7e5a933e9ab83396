/** Everything that happens in a run, in simulated time around the fault. */
import { type ClientSample, monotonicMs } from './clients/sample';
import type { ScaledClock } from './clock';
import type { TimelineEvent } from './report/result';

/** A client's request, in simulated milliseconds since the fault. */
export interface TimedSample {
  readonly ok: boolean;
  readonly since: number;
  /** When it was over. */
  readonly until: number;
  /** How long it took, in milliseconds on the wall. */
  readonly ms: number;
}

/** What more is known of an event. */
interface EventDetails {
  /** Simulated time of the clock at which it happened; now by default. */
  readonly at?: number;
  /** The address that it is about. */
  readonly about?: string;
}

export class Recorder {
  /** With simulated times of the clock, not of the fault. */
  private readonly happened: (TimelineEvent & { readonly about?: string })[] = [];
  private readonly samples = new Map<string, ClientSample[]>();
  private readonly origin: number;
  private faultAt = 0;

  constructor(
    private readonly clock: ScaledClock,
    private readonly onEvent: (event: TimelineEvent) => void,
  ) {
    this.origin = monotonicMs() - clock.wall(clock.now());
  }

  /** The fault will be at about this simulated time; what has happened before is forgotten. */
  expectFault(at: number): void {
    this.faultAt = at;
    this.happened.length = 0;
    this.samples.clear();
  }

  /** The fault is now. What an operator does on purpose is told as `info`. */
  fault(lane: string, text: string, kind: 'fault' | 'info' = 'fault'): void {
    this.faultAt = this.clock.now();
    this.event(lane, kind, text);
  }

  /** Simulated milliseconds since the fault. */
  get since(): number {
    return this.clock.now() - this.faultAt;
  }

  get events(): TimelineEvent[] {
    return this.happened.map((event) => this.relative(event));
  }

  event(lane: string, kind: TimelineEvent['kind'], text: string, { at = this.clock.now(), about }: EventDetails = {}): void {
    const event = { at, lane, kind, text, about };
    this.happened.push(event);
    this.onEvent(this.relative(event));
  }

  /** When something of the kind first happened to the address, or in the row, no sooner than `since`; milliseconds since the fault. */
  first(lane: string, kind: TimelineEvent['kind'], filter: { since?: number; about?: string } = {}): number | undefined {
    return this.all(lane, kind, filter)[0];
  }

  /** When it happened, each time. */
  all(lane: string, kind: TimelineEvent['kind'], { since = 0, about }: { since?: number; about?: string } = {}): number[] {
    return this.happened
      .filter((event) => event.lane === lane && event.kind === kind && event.about === about)
      .map(({ at }) => at - this.faultAt)
      .filter((at) => at >= since);
  }

  sample(client: string, sample: ClientSample): void {
    const all = this.samples.get(client) ?? [];
    all.push(sample);
    this.samples.set(client, all);
  }

  samplesOf(client: string): TimedSample[] {
    const { timeScale } = this.clock;
    return (this.samples.get(client) ?? []).map(({ at, ms, ok }) => {
      const since = (at - this.origin) * timeScale - this.faultAt;
      return { ok, ms, since, until: since + ms * timeScale };
    });
  }

  private relative({ at, lane, kind, text }: TimelineEvent): TimelineEvent {
    return { at: Math.round(at - this.faultAt), lane, kind, text };
  }
}
