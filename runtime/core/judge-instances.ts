/**
 * Observations of several zones in, what becomes of each instance in DNS out.
 *
 * Ready comes before live, and live before dead: an instance is unfit only while another one is better, because an answer that may lead to
 * a dead proxy is better than none, and more likely the targets are gone, or the observers see nobody. A new instance is fit as soon as it
 * is not dead: a target that is slow or missing must hold up no deploy. What lacks proof changes nothing.
 */
import { judgeAddress } from './merge-health';
import type { Observation, SlotHealth } from './model';
import type { HostAddresses } from './plan-instance-records';

export interface Judgement {
  /** Should be in no answer. */
  readonly unfit: ReadonlyMap<string, SlotHealth>;
  /** Of those nobody knows enough: where they are published they stay, and where they are not they wait. */
  readonly doubtful: ReadonlySet<string>;
}

/** @param isLaunching whether the group of an instance waits until it is published */
export function judgeInstances(
  hosts: ReadonlyMap<string, HostAddresses>,
  observations: readonly Observation[],
  isLaunching: (instanceId: string) => boolean,
): Judgement {
  const judged = [...hosts].map(([id, { A, zone }]) => {
    return [id, A === undefined ? ('unknown' as const) : judgeAddress(A, zone, observations)] as const;
  });
  const best = (['ready', 'live'] as const).find((health) => judged.some(([, each]) => each === health));
  const isUnfit = (id: string, health: SlotHealth) => {
    if (health === 'dead') return best !== undefined;
    return health === 'live' && best === 'ready' && !isLaunching(id);
  };
  return {
    unfit: new Map(judged.filter(([id, health]) => isUnfit(id, health))),
    doubtful: new Set(judged.flatMap(([id, health]) => (health === 'unknown' && !isLaunching(id) ? [id] : []))),
  };
}

/** Unfit is only who is so in both of two looks; of whom just one says so, nobody knows enough. */
export function judgedTwice(first: Judgement, second: Judgement): Judgement {
  const suspects = [...first.unfit.keys(), ...second.unfit.keys()];
  const unfit = new Map([...second.unfit].filter(([id]) => first.unfit.has(id)));
  return { unfit, doubtful: new Set([...first.doubtful, ...second.doubtful, ...suspects.filter((id) => !unfit.has(id))]) };
}
