/**
 * One fleet on one machine: real proxies for the slots with their watchdogs and heartbeats, targets, DNS, health checkers,
 * virtual IPs, and clients, each client and target a process of its own. Built anew for every run; whatever was started ends with `stop()`.
 */
import { Resolver } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import type { VirtualIpTopology } from '../lib/private/takeover-contract';
import type { ClientOptions } from './clients/client';
import { parseClientSample } from './clients/sample';
import type { ScaledClock } from './clock';
import { answer } from './dns/answer';
import type { HostedZone } from './dns/records';
import { recordsBelow } from './dns/records-below';
import { DnsServer } from './dns/server';
import { AnswerWatcher, missesUntilGone } from './dns/watcher';
import { isEndpointCheck, isWatching } from './health/health-check';
import { HealthChecks } from './health/health-checks';
import { type Probe, socketProbe } from './health/probe';
import type { ElasticService } from './planes/elastic-service';
import { PoolService } from './planes/pool-service';
import { RecordService } from './planes/record-service';
import { laneOf, TakeoverService } from './planes/takeover-service';
import { doorsOf } from './proxies/adapt-configuration';
import type { Children } from './proxies/children';
import type { EngineBinary } from './proxies/engine-binary';
import { Hosts } from './proxies/hosts';
import { standInTargets } from './proxies/stand-in-targets';
import { type Door, localPort, type Place } from './proxies/surroundings';
import { Targets } from './proxies/targets';
import type { Recorder } from './recorder';
import type { Assumptions } from './template/budgets';
import { type FleetModel, firstSlots } from './template/model';
import { playedAt } from './template/played-at';
import { UsageError } from './usage-error';

/** Where the DNS server listens; its port is whichever is free. */
const DNS_ADDRESS = '127.10.0.53';

/** How often a health check may fail before it is taken for wrong. */
const CHECK_ATTEMPTS = 3;

export interface BoxOptions {
  readonly fleet: FleetModel;
  readonly clock: ScaledClock;
  readonly random: () => number;
  readonly assumptions: Assumptions;
  readonly children: Children;
  readonly recorder: Recorder;
  /** What runs the configuration. */
  readonly engine: EngineBinary;
}

export class Box {
  readonly takeover?: TakeoverService;
  /** Instances of an elastic fleet, and what leads to them. */
  readonly elastic?: ElasticService;
  /** What breaks. */
  readonly hosts: Hosts;
  readonly targets: Targets;
  /** Whether the resolver that the proxies ask for their targets is away; clients and health checkers have another. */
  resolverIsAway = false;
  private readonly watchers: AnswerWatcher[] = [];
  private readonly dns: DnsServer;
  private readonly checks: HealthChecks;
  private readonly probe: Probe;
  /** How health checkers look up names. */
  private readonly names = new Resolver({ timeout: 1000, tries: 1 });
  private readonly targetZones: HostedZone[];
  private resolver: Place = { address: DNS_ADDRESS, port: 0 };

  constructor(private readonly options: BoxOptions) {
    const { fleet, clock, random, assumptions, recorder } = options;
    this.probe = socketProbe({
      dial: (address, port) => ({ address: playedAt(fleet.slots, address), port: localPort(port) }),
      resolve: (name) => this.names.resolve4(name),
      wall: (ms) => clock.wall(ms),
    });
    this.checks = new HealthChecks({
      checks: fleet.healthChecks,
      clock,
      random,
      propagationSeconds: assumptions.propagationSeconds,
      probe: this.probe,
    });
    this.targets = new Targets(options.children);
    this.targetZones = standInTargets(this.configuration).zones;
    this.dns = new DnsServer({
      address: DNS_ADDRESS,
      port: 0,
      timeScale: clock.timeScale,
      isSilent: ({ name }) =>
        this.resolverIsAway &&
        this.targetZones.some(({ records }) => records.some((record) => record.name === name.toLowerCase())),
      answer: (question) => answer([...this.zones, ...this.targetZones], question, (id) => this.checks.isHealthy(id), random),
    });
    if (fleet.takeover) {
      this.takeover = new TakeoverService({
        fleet,
        takeover: fleet.takeover,
        ports: this.doors.map(({ port }) => localPort(port)),
        clock,
        recorder,
        random,
        addressMoveSeconds: assumptions.addressMoveSeconds,
        isSilent: (address) => this.hosts.isSilent(address),
      });
    }
    if (fleet.records) {
      this.elastic = new RecordService({
        records: fleet.records,
        zones: fleet.zones,
        slots: fleet.slots,
        clock,
        recorder,
        random,
        isSilent: (address) => this.hosts.isSilent(address),
        onCheckMade: (address) => this.renewChecks(address),
      });
    }
    if (fleet.pool) {
      this.elastic = new PoolService({
        pool: fleet.pool,
        ports: this.doors.map(({ port }) => localPort(port)),
        clock,
        recorder,
        random,
        addressMoveSeconds: assumptions.addressMoveSeconds,
      });
    }
    const { takeover, elastic } = this;
    this.hosts = new Hosts({
      ...options,
      ...(takeover && { hint: () => takeover.hint() }),
      onProxy: ({ address, secondaryAddresses }, event) => {
        takeover?.[event === 'gone' ? 'refuse' : 'accept'](secondaryAddresses);
        elastic?.[event === 'gone' ? 'refuse' : 'accept'](address);
      },
    });
  }

  /** Names that the proxies look up for their targets. */
  get targetNames(): string[] {
    return this.targetZones.map(({ name }) => name);
  }

  /** What clients connect to on this machine: the first listener. */
  get door(): Door {
    const [, first] = this.doors;
    if (first === undefined)
      throw new UsageError(`the proxies of '${this.options.fleet.stack}' have no listener: call addListener()`);
    return { ...first, port: localPort(first.port) };
  }

  /** Starts everything but clients and waits until all of it works. */
  async start(): Promise<void> {
    this.resolver = await this.dns.start();
    this.names.setServers([`${this.resolver.address}:${this.resolver.port}`]);
    const targets = standInTargets(this.configuration);
    await Promise.all([...targets.places, ...this.elsewhere()].map(([name, place]) => this.targets.start(name, place)));
    await this.hosts.start(targets, this.resolver);
    await this.takeover?.start();
    await this.elastic?.start(firstSlots(this.options.fleet));
    await this.hosts.startHeartbeats();
    await this.tryChecks();
    this.watchChecks();
    this.checks.start();
    for (const name of new Set(this.options.fleet.zones.flatMap((zone) => zone.records.map((record) => record.name)))) {
      const watcher = this.watch(name);
      this.watchers.push(watcher);
      watcher.start();
    }
  }

  /** Starts a client, whose requests go to the recorder under its name. */
  startClient(name: string, options: ClientOptions): void {
    const resolving = options.kind === 'virtual-ip' ? {} : { resolver: `${this.resolver.address}:${this.resolver.port}` };
    const { children, recorder } = this.options;
    const client = children.reenter('child-client', { ...options, ...resolving }, (line) =>
      recorder.sample(name, parseClientSample(line)),
    );
    children.relyOn(client, `the client '${name}'`);
  }

  /** Virtual IPs whose traffic reaches the slot. */
  heldBy(slot: string): VirtualIpTopology[] {
    const all = this.takeover?.topology.virtualIps ?? [];
    return all.filter(({ allocationId }) => this.takeover?.holderOf(allocationId) === slot);
  }

  /** Ends what lives in this process; child processes end with their `Children`. */
  async stop(): Promise<void> {
    await Promise.all(this.watchers.map((watcher) => watcher.stop()));
    await this.hosts.stop();
    await Promise.all([this.checks.stop(), this.takeover?.stop(), this.elastic?.stop()]);
    await this.dns.close();
  }

  /** What stands for the services behind addresses that are not the fleet's. */
  private elsewhere(): [string, Place][] {
    return this.options.fleet.elsewhere.flatMap((address) =>
      this.doors.map(({ port }): [string, Place] => [`${address}:${port}`, { address, port: localPort(port) }]),
    );
  }

  /** What the names hold at the moment. */
  private get zones(): HostedZone[] {
    const { elastic } = this;
    const { zones } = this.options.fleet;
    if (!elastic) return zones;
    return zones.map((zone) => ({ ...zone, records: zone.records.filter((record) => elastic.isPublished(record)) }));
  }

  private renewChecks(address: string): void {
    for (const check of this.options.fleet.healthChecks.filter(isWatching)) {
      if (check.ipAddress === address) this.checks.renew(check.id);
    }
  }

  private get configuration(): string {
    return this.options.fleet.slots[0]?.configuration ?? '';
  }

  /** Health port first, then the listeners. */
  private get doors(): Door[] {
    return doorsOf(this.configuration);
  }

  /** A check that fails while everything runs would make the fault invisible. */
  private async tryChecks(): Promise<void> {
    for (const check of this.options.fleet.healthChecks.filter(isWatching)) {
      if (check.ipAddress !== undefined && this.elastic?.isFree(check.ipAddress)) {
        this.checks.beginUnhealthy(check.id);
        continue;
      }
      let { healthy, reason } = await this.probe(check, new AbortController().signal);
      // At a large time scale a timeout is short, and a machine that has just started everything is slow.
      for (let more = 1; !healthy && more < CHECK_ATTEMPTS; more++)
        ({ healthy, reason } = await this.probe(check, new AbortController().signal));
      if (healthy) continue;
      const what = `${check.type} ${check.ipAddress ?? check.fullyQualifiedDomainName}:${check.port}${check.resourcePath ?? ''}`;
      throw new UsageError(
        `health check ${check.id} (${what}) fails although its proxy is ready: ${reason}: mend the check or the listener`,
      );
    }
  }

  private watchChecks(): void {
    const { fleet, recorder } = this.options;
    this.checks.on('status', ({ id, healthy, reason }) => {
      const address = fleet.healthChecks.filter(isEndpointCheck).find((check) => check.id === id)?.ipAddress ?? '';
      const lane = this.laneOfAddress(playedAt(fleet.slots, address)) ?? `health check ${id}`;
      // What a slot's row goes by is IPv4, over which its clients come.
      if (isIPv6(address)) recorder.event(lane, 'info', `IPv6: ${reason}`);
      else recorder.event(lane, healthy ? 'up' : 'down', reason);
    });
  }

  /** Row of a slot, a virtual IP or an address of a pool, by its address. */
  private laneOfAddress(address: string): string | undefined {
    const { slots, takeover } = this.options.fleet;
    const elastic = this.elastic?.laneOf(address);
    if (elastic) return elastic;
    const slot = slots.find((each) => each.address === address);
    if (slot) return `slot ${slot.slot}`;
    const allocation = [...(takeover?.addresses ?? [])].find(([, virtual]) => virtual === address)?.[0];
    const virtualIp = takeover?.topology.virtualIps.find(({ allocationId }) => allocationId === allocation);
    return virtualIp && laneOf(virtualIp.name);
  }

  private watch(name: string): AnswerWatcher {
    const { clock, fleet, recorder } = this.options;
    return new AnswerWatcher({
      name,
      clock,
      resolver: `${this.resolver.address}:${this.resolver.port}`,
      misses: missesUntilGone(recordsBelow(fleet.zones, name)),
      // Of an elastic fleet most records are made later.
      atStart: missesUntilGone(recordsBelow(this.zones, name)),
      onChange: (address, change, at) => {
        const lane = this.laneOfAddress(address);
        const who = lane ? `${address} (${lane})` : address;
        const text = `${who} ${change === 'left' ? 'left' : `${change} into`} the answer`;
        recorder.event(laneOfName(name), change === 'left' ? 'down' : 'up', text, { at, about: address });
      },
    });
  }
}

/** Row of a DNS name in the timeline. */
export function laneOfName(name: string): string {
  return `dns ${name}`;
}
