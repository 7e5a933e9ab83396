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

export class Recorder {
  /** With simulated times of the clock, not of the fault. */
  private readonly happened: TimelineEvent[] = [];
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

  /** The fault is now. */
  fault(lane: string, text: string): void {
    this.faultAt = this.clock.now();
    this.event(lane, 'fault', text);
  }

  /** Simulated milliseconds since the fault. */
  get since(): number {
    return this.clock.now() - this.faultAt;
  }

  get events(): TimelineEvent[] {
    return this.happened.map((event) => this.relative(event));
  }

  event(lane: string, kind: TimelineEvent['kind'], text: string): void {
    const event = { at: this.clock.now(), lane, kind, text };
    this.happened.push(event);
    this.onEvent(this.relative(event));
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

  private relative(event: TimelineEvent): TimelineEvent {
    return { ...event, at: Math.round(event.at - this.faultAt) };
  }
}
