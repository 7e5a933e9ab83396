/** How new instances stand whose groups wait until they are published. */

/** One instance of the group, as EC2 Auto Scaling reports it. */
export interface GroupInstance {
  readonly groupName: string;
  readonly instanceId: string;
  /** `Pending:Wait`, `InService`, `Warmed:Stopped`, … */
  readonly lifecycleState: string;
}

/** How an instance stands that asked. */
export interface Standing {
  /** Whether it may stop asking. */
  readonly settled: boolean;
  readonly reason: string;
}

/**
 * Tells an instance that asked how it stands, after all that could be done for it.
 *
 * @param held what it is published by; undefined while it is not
 * @param lacking why it is not
 */
export function standing(
  instances: readonly GroupInstance[],
  live: string,
  { held, lacking }: { readonly held?: string; readonly lacking: string },
): Standing {
  const state = instances.find(({ instanceId }) => instanceId === live)?.lifecycleState;
  if (state === undefined) return { settled: false, reason: 'no group of the fleet has it' };
  if (state.startsWith('Terminating')) return { settled: true, reason: 'it is leaving' };
  // What is parked serves nobody. It asks again when it is taken out of the pool.
  if (state.startsWith('Warmed:')) return { settled: state !== 'Warmed:Pending', reason: 'it is in the warm pool' };
  if (state === 'Pending') return { settled: false, reason: 'its group does not wait for it yet' };
  return held === undefined ? { settled: false, reason: lacking } : { settled: true, reason: `it has ${held}` };
}

/**
 * Instances whose groups need not wait for them any longer: published, which only one that is live ever is, or parked. Who asked is one of
 * them, or else all are that a run before left behind.
 */
export function launched(
  instances: readonly GroupInstance[],
  isPublished: (instanceId: string) => boolean,
  live?: string,
): GroupInstance[] {
  return instances.filter(({ instanceId, lifecycleState }) => {
    if ((live ?? instanceId) !== instanceId) return false;
    if (lifecycleState === 'Pending:Wait') return isPublished(instanceId);
    return instanceId === live && lifecycleState === 'Warmed:Pending:Wait';
  });
}

/**
 * Instances of a warm pool that are to end, for which the group waits: they serve nobody, so there is nothing to drain, and one that is
 * stopped could not say so itself.
 */
export function leavingPool(instances: readonly GroupInstance[]): GroupInstance[] {
  return instances.filter(({ lifecycleState }) => lifecycleState === 'Warmed:Terminating:Wait');
}
