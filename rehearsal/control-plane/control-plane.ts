/**
 * Route 53's control plane in memory: one account, its zones and health checks, with the rules that no public emulator enforces.
 *
 * Order of events for a change: rate limits, the zone, the request's form (`InvalidInput`), a change that Route 53 still works at
 * (`PriorRequestNotComplete`), the health checks it names, the batch (`InvalidChangeBatch`, all or nothing). An accepted change is listed
 * at once, PENDING, and served when it is INSYNC.
 *
 * Gotchas: time and chance come from outside, milliseconds of the clock; `SubmittedAt` is only as true as the clock. How long Route 53
 * works at a change is published nowhere. Its limit on changes a second (besides that on requests) is not played.
 */
import type {
  ChangeInfo,
  ChangeResourceRecordSetsInput,
  CreateHealthCheckInput,
  HealthCheckDescription,
  ListHealthChecksInput,
  ListHealthChecksOutput,
  ListResourceRecordSetsInput,
  ListResourceRecordSetsOutput,
  Protection,
  ResourceRecordSet,
} from './api';
import { ASSUMED } from './assumed-texts';
import { checkBatch } from './check-batch';
import { checkShape } from './check-shape';
import { HealthChecks } from './health-checks';
import { listRecordSets } from './list-record-sets';
import { protect, unprotect } from './protections';
import { Route53Error } from './route53-error';
import { SEEN } from './seen-texts';
import { TokenBucket } from './token-bucket';
import { type PendingChange, type ZoneSeed, ZoneState } from './zone-state';

/** A time drawn evenly between both ends, in seconds. */
export interface SecondsRange {
  readonly min: number;
  readonly max: number;
}

export interface ControlPlaneOptions {
  /** Milliseconds. */
  readonly clock: { now(): number };
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly zones: readonly ZoneSeed[];
  /** From PENDING to INSYNC: "generally within 60 seconds" (API reference). @default 0 to 60 */
  readonly propagation?: SecondsRange;
  /** How long a zone takes no other change. Not published. @default 0.1 to 1 */
  readonly work?: SecondsRange;
}

/**
 * Requests a second and burst: all of them together, and each operation by itself.
 *
 * Source: Route 53 developer guide, "Throttling for Amazon Route 53 API requests".
 */
const EVERY = { capacity: 50, refillPerSecond: 10 };
const OPERATIONS: Record<string, typeof EVERY> = {
  CreateHealthCheck: { capacity: 50, refillPerSecond: 0.5 },
  DeleteHealthCheck: { capacity: 15, refillPerSecond: 3 },
};

export class ControlPlane {
  private readonly zones: ReadonlyMap<string, ZoneState>;
  private readonly healthChecks: HealthChecks;
  private readonly changes = new Map<string, PendingChange>();
  private readonly account: TokenBucket;
  private readonly operations: ReadonlyMap<string, TokenBucket>;

  constructor(private readonly options: ControlPlaneOptions) {
    const now = options.clock.now();
    this.zones = new Map(options.zones.map((seed) => [seed.id, new ZoneState(seed)]));
    this.healthChecks = new HealthChecks(() => this.draw([8, 4, 4, 4, 12], '0123456789abcdef').join('-'));
    this.account = new TokenBucket(EVERY, now);
    this.operations = new Map(Object.entries(OPERATIONS).map(([name, limit]) => [name, new TokenBucket(limit, now)]));
  }

  changeResourceRecordSets({ HostedZoneId, ChangeBatch }: ChangeResourceRecordSetsInput): { ChangeInfo: ChangeInfo } {
    const now = this.admit('ChangeResourceRecordSets');
    const zone = this.zone(HostedZoneId);
    const changes = checkShape(ChangeBatch.Changes);
    if (zone.isBusy(now)) throw new Route53Error('PriorRequestNotComplete', SEEN.priorRequest);
    for (const { Action, ResourceRecordSet } of changes) {
      if (Action !== 'DELETE' && ResourceRecordSet.HealthCheckId !== undefined)
        this.healthChecks.get(ResourceRecordSet.HealthCheckId);
    }
    const { records, messages } = checkBatch(zone.records, changes, {
      id: zone.id,
      name: zone.name,
      zoneIds: new Set(this.zones.keys()),
      protections: zone.protections,
    });
    if (messages.length > 0) throw new Route53Error('InvalidChangeBatch', messages);

    const { propagation = { min: 0, max: 60 }, work = { min: 0.1, max: 1 } } = this.options;
    const insyncAt = zone.accept(records, { now, work: this.milliseconds(work), delay: this.milliseconds(propagation) });
    const [id = ''] = this.draw([20], 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
    const info = {
      Id: `/change/C${id}`,
      SubmittedAt: new Date(now),
      ...(ChangeBatch.Comment && { Comment: ChangeBatch.Comment }),
    };
    this.changes.set(`C${id}`, { info, insyncAt });
    return { ChangeInfo: { ...info, Status: now < insyncAt ? 'PENDING' : 'INSYNC' } };
  }

  getChange({ Id }: { Id: string }): { ChangeInfo: ChangeInfo } {
    const now = this.admit('GetChange');
    const change = this.changes.get(bare(Id));
    if (!change) throw new Route53Error('NoSuchChange', ASSUMED.noSuchChange(Id));
    return { ChangeInfo: { ...change.info, Status: now < change.insyncAt ? 'PENDING' : 'INSYNC' } };
  }

  listResourceRecordSets({ HostedZoneId, ...where }: ListResourceRecordSetsInput): ListResourceRecordSetsOutput {
    this.admit('ListResourceRecordSets');
    return structuredClone(listRecordSets(this.zone(HostedZoneId).records, where));
  }

  createResourceRecordSetProtections({ HostedZoneId, Protections }: { HostedZoneId: string; Protections: Protection[] }): void {
    this.admit('CreateResourceRecordSetProtections');
    protect(this.zone(HostedZoneId), Protections);
  }

  deleteResourceRecordSetProtections(input: { HostedZoneId: string; Protections: Omit<Protection, 'Comment'>[] }): void {
    this.admit('DeleteResourceRecordSetProtections');
    unprotect(this.zone(input.HostedZoneId), input.Protections);
  }

  createHealthCheck(input: CreateHealthCheckInput): { HealthCheck: HealthCheckDescription; Location: string } {
    const check = this.healthChecks.create(input, this.admit('CreateHealthCheck'));
    return { HealthCheck: structuredClone(check), Location: `https://route53.amazonaws.com/2013-04-01/healthcheck/${check.Id}` };
  }

  getHealthCheck({ HealthCheckId }: { HealthCheckId: string }): { HealthCheck: HealthCheckDescription } {
    this.admit('GetHealthCheck');
    return { HealthCheck: structuredClone(this.healthChecks.get(HealthCheckId)) };
  }

  listHealthChecks(input: ListHealthChecksInput = {}): ListHealthChecksOutput {
    this.admit('ListHealthChecks');
    return structuredClone(this.healthChecks.list(input));
  }

  deleteHealthCheck({ HealthCheckId }: { HealthCheckId: string }): void {
    this.admit('DeleteHealthCheck');
    this.healthChecks.delete(HealthCheckId);
  }

  /** What DNS answers from at this moment; no request of the API. */
  served(zoneId: string): { readonly id: string; readonly name: string; readonly records: readonly ResourceRecordSet[] } {
    const zone = this.zone(zoneId);
    return { id: zone.id, name: zone.name, records: [...zone.served(this.options.clock.now()).values()] };
  }

  /** Takes a token of the account and one of the operation, or of neither. Gives the time. */
  private admit(operation: string): number {
    const now = this.options.clock.now();
    const buckets = [this.account, this.operations.get(operation)].filter((bucket) => bucket !== undefined);
    if (!buckets.every((bucket) => bucket.has(now))) throw new Route53Error('Throttling', SEEN.throttled);
    for (const bucket of buckets) bucket.take();
    return now;
  }

  private zone(id: string): ZoneState {
    const zone = this.zones.get(bare(id));
    if (!zone) throw new Route53Error('NoSuchHostedZone', SEEN.noSuchZone(bare(id)));
    return zone;
  }

  private milliseconds({ min, max }: SecondsRange): number {
    return (min + this.options.random() * (max - min)) * 1000;
  }

  /** Words of these lengths from these letters. */
  private draw(lengths: readonly number[], letters: string): string[] {
    const letter = () => letters[Math.floor(this.options.random() * letters.length)];
    return lengths.map((length) => Array.from({ length }, letter).join(''));
  }
}

/** `/hostedzone/Z1` and `Z1` are the same. */
function bare(id: string): string {
  return id.split('/').at(-1) ?? '';
}
