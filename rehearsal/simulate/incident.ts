/**
 * What is broken at once, and what follows from it every time that it happens: which addresses lead nowhere, which health checks fail,
 * which names are concerned. How long everything takes is drawn anew for each failover.
 */
import { Answers } from './answers';
import type { Fault } from './behaviours';
import { detectionSeconds, type Endpoint, probeSeconds } from './detection';
import { NameStates } from './name-states';
import { placesOf, type Scene, type SceneCheck } from './scene';
import { type StatusChange, Statuses } from './statuses';
import { decisionSeconds, noticeSeconds } from './takeover';
import { type Edge, Timeline } from './timeline';

/** One failover as it came about. Times are seconds since the fault. */
export interface Failover {
  /** When each address serves again, by place; 0 for those that never broke. */
  readonly servesFrom: Float64Array;
  /** When all of them do. */
  readonly over: number;
  /** By name; missing where no answer holds a broken address. */
  readonly timelines: readonly (Timeline | undefined)[];
  /** Status changes of health checks that records depend on; infinite for those that never change. */
  readonly detections: readonly number[];
  /** Traffic at new holders of virtual IPs. */
  readonly takeovers: readonly number[];
}

export class Incident {
  private readonly brokenPlaces: readonly number[];
  private readonly failing: readonly (SceneCheck & Endpoint)[];
  private readonly names: readonly (NameStates | undefined)[];
  private readonly statuses: Statuses;

  /** @param machines places of the machines that break */
  constructor(
    private readonly scene: Scene,
    private readonly fault: Fault,
    private readonly machines: ReadonlySet<number>,
  ) {
    const isBroken = (place: number) => machines.has(scene.addresses[place]?.machine ?? -1);
    this.brokenPlaces = [...scene.addresses.keys()].filter(isBroken);
    this.failing = scene.checks
      .filter(({ place }) => isBroken(place))
      .map((check) => ({ ...check, probeSeconds: probeSeconds(check.type, fault) }));
    this.statuses = new Statuses(scene);
    const places = placesOf(scene.addresses);
    this.names = scene.names.map(({ name }) => {
      const states = new NameStates(new Answers(scene.zones, name, places), isBroken);
      return states.isClean(this.statuses.unhealthy) ? undefined : states;
    });
  }

  play(random: () => number): Failover {
    const { takeovers, servesFrom } = this.moves(random);
    const flips = this.failing
      .map((check) => ({ id: check.id, at: detectionSeconds(check, random, servesFrom[check.place] as number) }))
      .filter(({ at }) => Number.isFinite(at))
      .sort((a, b) => a.at - b.at);
    const changes = this.statuses.changes(flips);
    const edges = this.propagate(changes, random);
    const timelines = this.names.map((states) => states && new Timeline(states, this.statuses.unhealthy, edges, random));
    const over = this.brokenPlaces.reduce((latest, place) => Math.max(latest, servesFrom[place] as number), 0);
    return { servesFrom, over, timelines, detections: changes.map(({ at }) => at), takeovers };
  }

  /** A change reaches DNS after a while; one that a later change of the same check has overtaken never does. */
  private propagate(changes: readonly StatusChange[], random: () => number): Edge[] {
    const edges = changes.map((change): Edge => ({ ...change, at: change.at + random() * this.scene.propagationSeconds }));
    return edges
      .filter(({ healthCheckId, at }, index) =>
        edges.slice(index + 1).every((later) => later.healthCheckId !== healthCheckId || later.at > at),
      )
      .sort((a, b) => a.at - b.at);
  }

  /** When each broken address serves again: at another machine, or at its own. */
  private moves(random: () => number): { servesFrom: Float64Array; takeovers: number[] } {
    const { addresses, takeover, refillSeconds, machines } = this.scene;
    const servesFrom = new Float64Array(addresses.length);
    const takeovers: number[] = [];
    const calls = new Map<number, number>();
    const survived = this.machines.size < machines.length;
    for (const place of this.brokenPlaces) {
      servesFrom[place] = refillSeconds;
      const { machine, moves } = addresses[place] as (typeof addresses)[number];
      if (!moves || !takeover || !survived) continue;
      const called =
        calls.get(machine) ??
        noticeSeconds(takeover, this.fault, machine, (slot) => this.machines.has(slot), random) +
          decisionSeconds(this.fault, random);
      calls.set(machine, called);
      const moved = called + random() * takeover.addressMoveSeconds;
      takeovers.push(moved);
      servesFrom[place] = Math.min(refillSeconds, moved);
    }
    return { servesFrom, takeovers };
  }
}
