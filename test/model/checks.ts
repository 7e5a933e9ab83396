import type { Health } from '../../lib/private/takeover-contract';
import type { FakeSlot } from '../runtime/fake-fleet';
import type { Knowledge } from './knowledge';
import { MoveChecks } from './move-checks';
import { RestChecks } from './rest-checks';
import { RunChecks } from './run-checks';
import type { World } from './world';

/** Thrown when an invariant does not hold. */
export class Broken extends Error {}

/** All invariants; the first one that does not hold ends the history. */
export class Checks {
  readonly moves: MoveChecks;
  readonly runs: RunChecks;
  readonly rest: RestChecks;
  private broken: string | undefined;

  /** @param only checks just the invariants whose names begin so */
  constructor(
    private readonly world: World,
    private readonly only: string,
  ) {
    this.moves = new MoveChecks(world);
    this.runs = new RunChecks(world);
    this.rest = new RestChecks(world);
  }

  demand(invariant: string, holds: boolean, otherwise: () => string): void {
    if (holds || this.broken !== undefined || !invariant.startsWith(this.only)) return;
    this.broken = `${invariant}: ${otherwise()}`;
    this.world.tell(`BROKEN ${this.broken}`);
  }

  throwIfBroken(): void {
    if (this.broken !== undefined) throw new Broken(`${this.broken}\n${this.world.story.slice(-80).join('\n')}`);
  }
}

/** What observers said of an address. */
export function answersFor(known: Knowledge, address: string): { zone: string; health: Health }[] {
  return known.observations.flatMap(({ zone, health }) => {
    const seen = health[address];
    return seen === undefined ? [] : [{ zone, health: seen }];
  });
}

/** What a run could know of a slot at one address for certain. */
export function evidence(known: Knowledge, { interfaceId, zone }: FakeSlot, address: string): Health | 'unproven' {
  const view = known.interfaces.find((candidate) => candidate.interfaceId === interfaceId);
  if (!view) return 'unproven';
  if (view.instanceId === undefined) return 'dead';
  const answers = answersFor(known, address);
  const alive = (['ready', 'live'] as const).find((best) => answers.some(({ health }) => health === best));
  return alive ?? (answers.some((seen) => seen.zone !== zone) ? 'dead' : 'unproven');
}
