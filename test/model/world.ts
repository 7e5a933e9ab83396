import type { Scheduler } from 'fast-check';
import { SWEEP_SECONDS } from '../../lib/private/contract';
import { type FleetTopology, TAKEOVER_TIMEOUT_SECONDS } from '../../lib/private/takeover-contract';
import { changeState } from '../../runtime/change-state';
import { applyOrder, type Order } from '../../runtime/core/orders';
import { serveVirtualIp, type VirtualIpEvent } from '../../runtime/lifecycle';
import type { TakeoverState } from '../../runtime/ports';
import { runTakeover } from '../../runtime/takeover';
import type { FakeSlot, FleetSize } from '../runtime/fake-fleet';
import { create, PROPERTIES, remove, TIME_MS } from '../runtime/lifecycle-requests';
import { Checks } from './checks';
import { Controller, STALE_MS } from './controller';
import { Ec2Memory } from './ec2-memory';
import { InstantFleet, InstantStore } from './instant';
import { Ledger } from './ledger';
import { Random } from './random';
import { Timeline } from './timeline';
import { Trouble } from './trouble';

/** Where runs take place, one at a time. */
export interface Host {
  readonly name: string;
  /** How far its clock is ahead. */
  offsetMs: number;
  isSane: boolean;
  steppedAt: number;
  /** Who is on it. */
  run?: Controller;
}

export interface Setting extends FleetSize {
  readonly seed: number;
}

const RELEASE_DELAY_MS = Number(PROPERTIES.ReleaseDelaySeconds) * 1000;

/** One fleet, its table, the hosts on which runs look after it, and what is true of it. */
export class World {
  readonly fleet: InstantFleet;
  readonly store = new InstantStore();
  readonly topology: FleetTopology;
  readonly random: Random;
  readonly timeline: Timeline;
  readonly trouble: Trouble;
  readonly ec2: Ec2Memory;
  readonly ledger = new Ledger();
  readonly checks: Checks;
  readonly hosts: Host[];
  /** When the fleet had an address last, by allocation. */
  readonly servedAt = new Map<string, number>();
  /** What happened, for the message of a failure. */
  readonly story: string[] = [];
  /** Calls of ports and commands so far. */
  steps = 0;
  /** Virtual IPs whose resource is being made or deleted. */
  readonly lifecycles = new Set<string>();
  private runs = 0;
  private nextSweep: number;
  private readonly asked = new Map<Controller, Order>();

  constructor(setting: Setting, scheduler: Scheduler, only: string) {
    this.fleet = new InstantFleet(setting);
    this.topology = this.fleet.topology;
    this.random = new Random(setting.seed);
    this.trouble = new Trouble(this.random);
    this.checks = new Checks(this, only);
    this.timeline = new Timeline(scheduler, () => this.check());
    this.nextSweep = this.timeline.now + this.random.between(0, SWEEP_SECONDS * 1000);
    this.ec2 = new Ec2Memory(this.fleet, STALE_MS + 1000);
    this.hosts = ['a', 'b', 'c'].map((name) => this.host(name));
    for (const { name, home } of this.topology.virtualIps) if (this.random.percent(80)) this.fleet.putOn(name, home);
    this.check();
  }

  tell(line: string): void {
    this.story.push(`${this.timeline.seconds()} ${line}`);
    if (this.story.length > 1000) this.story.splice(0, 500);
  }

  check(): void {
    const { timeline, fleet } = this;
    this.ec2.note(timeline.now);
    for (const [allocationId, place] of fleet.allocations)
      if (this.holderOf(place)) this.servedAt.set(allocationId, timeline.now);
    this.checks.throwIfBroken();
  }

  /** Time passes, and sweeps begin in it. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.timeline.now + milliseconds;
    while (this.nextSweep <= end) {
      await this.timeline.pass(Math.max(0, this.nextSweep - this.timeline.now));
      this.takeover('sweep');
      while (this.nextSweep <= this.timeline.now) this.nextSweep += SWEEP_SECONDS * 1000;
    }
    await this.timeline.pass(Math.max(0, end - this.timeline.now));
  }

  /** Somebody asks for a look; the hint is lost when it is refused. */
  hint(why: string, delayMs: number): void {
    void this.timeline.within(`hint (${why})`, 0, delayMs).then(() => this.takeover(why));
  }

  takeover(why: string): void {
    const free = this.hosts.filter(({ run }) => run === undefined);
    const host = free[Math.floor(this.random.next() * free.length)];
    if (!host || this.random.percent(this.trouble.percent / 2)) {
      this.tell(`${why}: nobody looks`);
      return;
    }
    const isCutOff = this.random.percent(70);
    const limit = TAKEOVER_TIMEOUT_SECONDS * 1000;
    const run = new Controller(this, `run ${++this.runs}`, host, isCutOff ? this.timeline.now + limit : undefined);
    host.run = run;
    this.tell(`${run.name} begins on host ${host.name} (${why})`);
    const leave = () => {
      if (host.run === run) host.run = undefined;
    };
    // One that died leaves its host as well.
    void this.timeline.within(`${run.name} is over`, limit, limit).then(leave);
    const options = { owner: run.name, deadline: isCutOff ? run.ports.clock.now() + limit : undefined };
    this.follow(run, runTakeover(run.ports, this.topology, options), {
      over: leave,
      done: (summary) => this.checks.runs.checkSummary(run, summary),
      failed: () => this.checks.runs.checkFailure(run),
    });
  }

  order(order: Order): void {
    const run = new Controller(this, `order ${++this.runs}`, this.host('operator'));
    this.asked.set(run, order);
    this.tell(`${run.name} ${JSON.stringify(order)}`);
    const { clock } = run.ports;
    const options = { owner: run.name, deadline: clock.now() + 600_000 };
    const done = changeState(run.ports, this.topology, options, (state) => applyOrder(state, order, clock.now()));
    this.follow(run, done, {
      done: ({ epoch }) => {
        this.checks.demand('I10 a kept order is in the table', run.written?.epoch === epoch, () => run.name);
      },
    });
  }

  /** CloudFormation deletes or makes the resource of a virtual IP. */
  lifecycle(kind: 'create' | 'delete', name: string): void {
    if (this.lifecycles.has(name)) return;
    this.lifecycles.add(name);
    const run = new Controller(this, `${kind} ${++this.runs}`, this.host('lifecycle'));
    const allocationId = this.allocationOf(name);
    const properties = { ...PROPERTIES, Name: name, AllocationId: allocationId };
    const event: VirtualIpEvent = kind === 'create' ? create(properties) : remove(allocationId, properties);
    const options = { owner: run.name, deadline: run.ports.clock.now() + TIME_MS };
    this.tell(`${run.name} of ${name}`);
    this.follow(run, serveVirtualIp(run.ports, this.topology, event, options), {
      over: () => this.lifecycles.delete(name),
      done: () => {
        if (kind === 'delete') this.checks.runs.checkDeleted(run, name, RELEASE_DELAY_MS);
      },
    });
  }

  /** Who wrote may have written an order (a create orders its address home), or that a virtual IP is being deleted: promised from now on. */
  learnOrders(run: Controller, before: TakeoverState, after: TakeoverState): void {
    const { ledger, timeline } = this;
    const order = this.asked.get(run);
    if (order) ledger.order(order, run.written?.sentAt ?? timeline.now, timeline.now);
    if (run.name.startsWith('delete')) {
      const name = after.tombstones.find((candidate) => !before.tombstones.includes(candidate));
      if (name) ledger.tombstones.add(name);
    }
    if (run.name.startsWith('create')) {
      for (const name of before.tombstones) if (!after.tombstones.includes(name)) ledger.tombstones.delete(name);
      const ordered = Object.entries(after.pins).find(([name, { until }]) => before.pins[name]?.until !== until)?.[0];
      const slot = this.homeOf(ordered ?? '');
      if (ordered && slot)
        ledger.order({ kind: 'move', virtualIp: ordered, slot }, run.written?.sentAt ?? timeline.now, timeline.now);
    }
  }

  setClock(host: Host, wrongByMs: number): void {
    host.offsetMs = wrongByMs + this.random.between(-500, 500);
    host.isSane = wrongByMs === 0;
    host.steppedAt = this.timeline.now;
    this.tell(`the clock of host ${host.name} is ${wrongByMs} ms ahead`);
  }

  holderOf(place: { readonly interfaceId?: string } | undefined): FakeSlot | undefined {
    return place && this.fleet.slots.find(({ interfaceId }) => interfaceId === place.interfaceId);
  }

  homeOf(name: string): string | undefined {
    return this.topology.virtualIps.find((virtualIp) => virtualIp.name === name)?.home;
  }

  allocationOf(name: string): string {
    return this.topology.virtualIps.find((virtualIp) => virtualIp.name === name)?.allocationId ?? name;
  }

  private host(name: string): Host {
    return { name, offsetMs: this.random.between(-500, 500), isSane: true, steppedAt: Number.NEGATIVE_INFINITY };
  }

  private follow<T>(run: Controller, promise: Promise<T>, { over, done, failed }: Ending<T>): void {
    promise.then(
      (result) => {
        this.tell(`${run.name} ends: ${JSON.stringify(result)?.slice(0, 200)}`);
        over?.();
        done(result);
      },
      (error: unknown) => {
        this.tell(`${run.name} fails: ${String(error)}`);
        over?.();
        failed?.();
      },
    );
  }
}

/** What follows when a run comes to its end. */
interface Ending<T> {
  readonly over?: () => void;
  readonly done: (result: T) => void;
  readonly failed?: () => void;
}
