/** Everything that happens in a run, in simulated time around the fault. */
import { type ClientSample, monotonicMs } from './clients/sample';
import type { ScaledClock } from './clock';
import type { TimelineEvent } from './report/result';

/** A client's request, in simulated milliseconds since the fault. */
export interface TimedSample extends ClientSample {
  readonly since: number;
}

export class Recorder {
  readonly events: TimelineEvent[] = [];
  readonly samples = new Map<string, TimedSample[]>();
  private readonly origin: number;
  private faultAt = 0;

  constructor(
    private readonly clock: ScaledClock,
    private readonly onEvent: (event: TimelineEvent) => void,
  ) {
    this.origin = monotonicMs() - clock.wall(clock.now());
  }

  /** The fault will be at this simulated time; what has happened before is forgotten. */
  expectFault(at: number): void {
    this.faultAt = at;
    this.events.length = 0;
    this.samples.clear();
  }

  /** Simulated milliseconds since the fault. */
  get since(): number {
    return this.clock.now() - this.faultAt;
  }

  event(lane: string, kind: TimelineEvent['kind'], text: string): void {
    const event = { at: Math.round(this.since), lane, kind, text };
    this.events.push(event);
    this.onEvent(event);
  }

  sample(client: string, sample: ClientSample): void {
    const since = (sample.at - this.origin) * this.clock.timeScale - this.faultAt;
    const all = this.samples.get(client) ?? [];
    all.push({ ...sample, since });
    this.samples.set(client, all);
  }
}
