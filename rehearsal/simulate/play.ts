/** Plays failovers one after the other, each with chance of its own, and counts what their clients suffered. */

import { type Fault, REQUESTS_PER_SECOND } from './behaviours';
import { type Case, type ClientClass, casesOf, classesOf } from './cases';
import { sufferBehindName, sufferWithoutName } from './client';
import { type Failover, Incident } from './incident';
import { randomStream } from './random-stream';
import { Requests } from './requests';
import type { Scene } from './scene';
import { CaseTally, ClassTally } from './tally';

export interface Plan {
  readonly scene: Scene;
  readonly faults: readonly Fault[];
  readonly seed: number;
  /** In each failover, spread over the classes. */
  readonly clients: number;
  /** Of each client. @default 1 */
  readonly requestsPerSecond?: number;
}

export class Player {
  readonly tallies: CaseTally[];
  private readonly cases: readonly Case[];
  private readonly classes: readonly ClientClass[];
  /** By case and what breaks in it. */
  private readonly incidents: (Incident | undefined)[][];

  constructor(private readonly plan: Plan) {
    this.cases = casesOf(plan.scene, plan.faults);
    this.classes = classesOf(plan.scene);
    this.incidents = this.cases.map(() => []);
    this.tallies = this.cases.map(() => new CaseTally(this.classes.map(() => new ClassTally())));
  }

  /** Failover number `run`: the cases take turns. */
  play(run: number): void {
    const { seed, clients, requestsPerSecond = REQUESTS_PER_SECOND } = this.plan;
    const random = randomStream(seed, run);
    const turn = run % this.cases.length;
    const failover = this.incident(turn, random).play(random);
    const tally = this.tallies[turn] as CaseTally;
    tally.count(failover);
    const requests = new Requests(1 / requestsPerSecond, random);
    for (let client = 0; client < clients; client++) {
      // Where clients cannot be spread evenly, the classes take turns.
      const number = (client + Math.floor(run / this.cases.length) * clients) % this.classes.length;
      requests.begin();
      this.suffer(this.classes[number] as ClientClass, this.cases[turn] as Case, failover, requests, random);
      (tally.classes[number] as ClassTally).add(requests);
    }
  }

  private incident(turn: number, random: () => number): Incident {
    const { fault, machines } = this.cases[turn] as Case;
    const drawn = Math.floor(random() * machines.length);
    const incidents = this.incidents[turn] as (Incident | undefined)[];
    incidents[drawn] ??= new Incident(this.plan.scene, fault, new Set(machines[drawn]));
    return incidents[drawn];
  }

  private suffer(one: ClientClass, { fault }: Case, failover: Failover, requests: Requests, random: () => number): void {
    const { servesFrom, over, timelines } = failover;
    if (one.kind === 'virtual-ip') {
      const place = this.plan.scene.virtualIps[one.virtualIp]?.place ?? -1;
      sufferWithoutName(requests, fault, servesFrom[place] ?? 0);
      return;
    }
    const timeline = timelines[one.name];
    if (timeline) sufferBehindName(one.behaviour, one.cache, requests, { fault, servesFrom, over, timeline, random });
  }
}
