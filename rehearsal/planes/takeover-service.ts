/**
 * The takeover function on a laptop: the very code that runs in Lambda, on its schedule, with EC2 in memory, a real look at real
 * proxies and a forwarder for each virtual IP.
 *
 * Sweeps run in simulated time. Their phase is drawn, because a fault does not wait for a sweep. A sweep that is late does not delay
 * the ones after it.
 */
import { type FleetTopology, HEALTH_PORT, PROBE } from '../../lib/private/contract';
import type { Observation, TakeoverEntry, TakeoverPorts } from '../../runtime/ports';
import { probeAddresses } from '../../runtime/probe';
import { runTakeover } from '../../runtime/takeover';
import type { ScaledClock } from '../clock';
import type { Recorder } from '../recorder';
import type { FleetModel, TakeoverModel } from '../template/model';
import { Ec2Plane } from './ec2-plane';
import { Forwarder } from './forwarder';
import { MemoryTakeoverStore } from './memory-takeover-store';

/** A shorter timeout would measure this machine and not the proxy. Milliseconds on the wall. */
const SHORTEST_TIMEOUT_MS = 100;

export interface TakeoverServiceOptions {
  readonly fleet: FleetModel;
  readonly takeover: TakeoverModel;
  /** Ports on this machine that a virtual IP forwards. */
  readonly ports: number[];
  readonly clock: ScaledClock;
  readonly recorder: Recorder;
  readonly random: () => number;
  readonly addressMoveSeconds: number;
}

export class TakeoverService {
  readonly topology: FleetTopology;
  readonly ports: TakeoverPorts;
  private readonly forwarders: ReadonlyMap<string, Forwarder>;
  private readonly plane: Ec2Plane;
  private readonly store = new MemoryTakeoverStore();
  private readonly stopping = new AbortController();
  /** Slot that traffic for a virtual IP reaches, by allocation. */
  private readonly holders = new Map<string, string>();
  private running?: Promise<void>;
  private runs = 0;

  constructor(private readonly options: TakeoverServiceOptions) {
    const { fleet, takeover, clock, random, addressMoveSeconds, ports } = options;
    this.forwarders = new Map(
      [...takeover.addresses].map(([allocationId, address]) => [allocationId, new Forwarder(address, ports)]),
    );
    this.plane = new Ec2Plane(
      fleet,
      takeover,
      clock,
      () => random() * addressMoveSeconds,
      (move) => this.trafficFollows(move),
    );
    this.topology = takeover.topology;
    this.ports = {
      view: this.plane,
      plane: this.plane,
      prober: { observe: (addresses) => this.observe(addresses) },
      store: this.store,
      // What a run tells EventBridge stands in its log, too.
      announcer: { announce: async () => undefined },
      log: { write: (entry) => this.log(entry) },
      clock,
    };
  }

  /** Starts the forwarders and gives every virtual IP its first holder, as the lifecycle function does at deploy. */
  async start(): Promise<void> {
    await Promise.all([...this.forwarders.values()].map((forwarder) => forwarder.start()));
    await this.run();
    // Not longer than an address takes to move: one that nobody holds by then is left to the sweeps.
    const { clock, addressMoveSeconds } = this.options;
    const deadline = clock.now() + (addressMoveSeconds + 1) * 1000;
    while (this.holders.size < this.forwarders.size && clock.now() < deadline) await clock.sleep(100, this.stopping.signal);
    this.running = this.sweep();
  }

  /** Name of the slot that traffic for the virtual IP reaches. */
  holderOf(allocationId: string): string | undefined {
    return this.holders.get(allocationId);
  }

  /** As an asynchronous invocation: who asks does not hear what comes of it. */
  async hint(): Promise<void> {
    if (!this.stopping.signal.aborted) void this.run().catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await Promise.all([...this.forwarders.values()].map((forwarder) => forwarder.stop()));
  }

  private async sweep(): Promise<void> {
    const { clock, random, takeover } = this.options;
    const { signal } = this.stopping;
    const period = takeover.sweepSeconds * 1000;
    let next = clock.now() + random() * period;
    for (;;) {
      await clock.sleep(next - clock.now(), signal);
      if (signal.aborted) return;
      await this.run();
      next += period;
    }
  }

  private async run(): Promise<void> {
    await runTakeover(this.ports, this.topology, { owner: `run-${++this.runs}` });
  }

  /** Every zone's probe function sees the same here: the loopback has no zones to cut off. */
  private async observe(addresses: string[]): Promise<Observation[]> {
    const { clock, takeover } = this.options;
    const options = { ...PROBE, port: HEALTH_PORT, timeoutMs: Math.max(SHORTEST_TIMEOUT_MS, clock.wall(PROBE.timeoutMs)) };
    const health = await probeAddresses(addresses, options, clock);
    return takeover.topology.probes.map(({ zone }) => ({ zone, health }));
  }

  private log({ event, virtualIp, from, to, epoch, reason }: TakeoverEntry): void {
    if (event === 'well') return;
    const where = event === 'moved' ? `AssociateAddress: slot ${from ?? 'none'} to slot ${to}, epoch ${epoch}` : event;
    this.options.recorder.event(virtualIp === undefined ? 'takeover' : laneOf(virtualIp), 'info', `${where}: ${reason}`);
  }

  private trafficFollows({
    allocationId,
    interfaceId,
    privateAddress,
  }: {
    allocationId: string;
    interfaceId: string;
    privateAddress: string;
  }): void {
    const { fleet, takeover, recorder } = this.options;
    const slot = fleet.slots.find((each) => each.interfaceId === interfaceId)?.slot ?? '?';
    const name = takeover.topology.virtualIps.find((each) => each.allocationId === allocationId)?.name ?? '';
    this.forwarders.get(allocationId)?.point(privateAddress);
    this.holders.set(allocationId, slot);
    recorder.event(laneOf(name), 'move', `traffic follows to slot ${slot}`);
  }
}

/** Row of a virtual IP in the timeline. */
export function laneOf(virtualIp: string): string {
  return `virtual ip ${virtualIp}`;
}
