/** What has been counted so far. Whole numbers only, so that parts played by different workers add up to the same in any order. */
import { Histogram } from './histogram';
import type { Failover } from './incident';

/** Parts of a request that are counted: requests that may fail are counted with their expectation. */
const PARTS = 1000;

export class ClassTally {
  clients = 0;
  /** Clients with a failed request. */
  affected = 0;
  /** Outages of affected clients: from the fault to the end of the last request that failed. */
  outage = new Histogram();
  private lostParts = 0;
  private delayedParts = 0;

  static from(sent: ClassTally): ClassTally {
    return Object.assign(new ClassTally(), sent, { outage: Histogram.from(sent.outage) });
  }

  /** One more client. */
  add({ end, lost, delayed }: { readonly end: number; readonly lost: number; readonly delayed: number }): void {
    this.clients += 1;
    this.delayedParts += Math.round(delayed * PARTS);
    if (lost === 0) return;
    this.affected += 1;
    this.lostParts += Math.round(lost * PARTS);
    this.outage.add(Math.round(end * 1000));
  }

  merge(other: ClassTally): void {
    this.clients += other.clients;
    this.affected += other.affected;
    this.lostParts += other.lostParts;
    this.delayedParts += other.delayedParts;
    this.outage.merge(other.outage);
  }

  get lost(): number {
    return Math.round(this.lostParts / PARTS);
  }

  get delayed(): number {
    return Math.round(this.delayedParts / PARTS);
  }
}

/** One kind of fault that breaks one kind of thing. */
export class CaseTally {
  failovers = 0;
  /** From the fault to the status change of a health check. */
  detection = new Histogram();
  /** From the fault to answers without a broken address. */
  withdrawal = new Histogram();
  /** From the fault to traffic at a virtual IP's new holder. */
  takeover = new Histogram();

  constructor(readonly classes: readonly ClassTally[]) {}

  /** One more failover. What never happens has no figure. */
  count({ detections, takeovers, timelines }: Failover): void {
    this.failovers += 1;
    const withdrawals = timelines.flatMap((timeline) => timeline?.cleanFrom ?? []);
    for (const [figures, histogram] of [
      [detections, this.detection],
      [withdrawals, this.withdrawal],
      [takeovers, this.takeover],
    ] as const) {
      for (const seconds of figures) if (Number.isFinite(seconds)) histogram.add(Math.round(seconds * 1000));
    }
  }

  static from(sent: CaseTally): CaseTally {
    const [detection, withdrawal, takeover] = [sent.detection, sent.withdrawal, sent.takeover].map((each) =>
      Histogram.from(each),
    );
    return Object.assign(new CaseTally(sent.classes.map(ClassTally.from)), sent, {
      detection,
      withdrawal,
      takeover,
      classes: sent.classes.map(ClassTally.from),
    });
  }

  merge(other: CaseTally): void {
    this.failovers += other.failovers;
    this.detection.merge(other.detection);
    this.withdrawal.merge(other.withdrawal);
    this.takeover.merge(other.takeover);
    for (const [index, own] of this.classes.entries()) own.merge(other.classes[index] as ClassTally);
  }
}
