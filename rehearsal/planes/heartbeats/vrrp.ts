/**
 * One VRRPv3 instance on one proxy, as RFC 9568 has it and keepalived plays it. Pure: an instance and an input in, the instance
 * afterwards and the advert that it sends out.
 *
 * - A master sends an advert every `advertMs`. A backup takes over when it has heard none for three of them and a skew, which is
 *   shorter for a higher priority, so that one backup fires first.
 * - Who stops or falls sick says so with an advert of priority 0, after which backups wait for the skew only.
 * - The higher priority takes back: it does not let adverts of a lower one stop it.
 *
 * Gotcha: keepalived's FAULT is not of the RFC. It takes no part until the health file says well, and is a backup then.
 */

export type VrrpState = 'master' | 'backup' | 'fault' | 'stopped';

export interface VrrpInstance {
  readonly state: VrrpState;
  readonly priority: number;
  readonly advertMs: number;
  /** When something happens by itself: a master's next advert, the end of a backup's patience. Never in fault or stopped. */
  readonly due: number;
}

export type VrrpInput =
  | { readonly kind: 'start'; readonly well: boolean }
  | { readonly kind: 'due' }
  | { readonly kind: 'advert'; readonly priority: number }
  | { readonly kind: 'health'; readonly well: boolean }
  | { readonly kind: 'stop' };

/** What comes of an input. */
export interface VrrpStep {
  readonly instance: VrrpInstance;
  /** Priority of the advert that is sent; undefined when none is. */
  readonly advert?: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** Priority of a slot's own proxy for its instance. */
const OWN_PRIORITY = 250;

/**
 * Priority of a proxy for the instance of a slot: what the script in the user data writes into keepalived's configuration. Both are
 * places in the fleet's order.
 */
export function priorityOf(proxy: number, slot: number, slots: number): number {
  const distance = (proxy - slot + slots) % slots;
  return distance === 0 ? OWN_PRIORITY : Math.ceil(200 - Math.min(50, 200 / slots) * distance);
}

export function newInstance(priority: number, advertMs: number): VrrpInstance {
  return { state: 'stopped', priority, advertMs, due: NEVER };
}

/** Milliseconds by which a backup's patience depends on its priority. */
export function skewOf({ priority, advertMs }: Pick<VrrpInstance, 'priority' | 'advertMs'>): number {
  return ((256 - priority) * advertMs) / 256;
}

/** Milliseconds without an advert after which a backup takes over. */
export function masterDownInterval(instance: Pick<VrrpInstance, 'priority' | 'advertMs'>): number {
  return 3 * instance.advertMs + skewOf(instance);
}

export function step(instance: VrrpInstance, input: VrrpInput, now: number): VrrpStep {
  const { state } = instance;
  switch (input.kind) {
    case 'start':
      return { instance: input.well ? backup(instance, now) : idle(instance, 'fault') };
    case 'due':
      if (state === 'fault' || state === 'stopped') return { instance };
      return advertise({ ...instance, state: 'master' }, now);
    case 'advert':
      return hear(instance, input.priority, now);
    case 'health':
      if (input.well) return { instance: state === 'fault' ? backup(instance, now) : instance };
      return state === 'stopped' ? { instance } : leave(instance, 'fault');
    case 'stop':
      return leave(instance, 'stopped');
  }
}

function hear(instance: VrrpInstance, priority: number, now: number): VrrpStep {
  if (instance.state === 'backup') {
    if (priority === 0) return { instance: { ...instance, due: now + skewOf(instance) } };
    return { instance: priority < instance.priority ? instance : backup(instance, now) };
  }
  if (instance.state !== 'master') return { instance };
  return priority > instance.priority ? { instance: backup(instance, now) } : advertise(instance, now);
}

function advertise(instance: VrrpInstance, now: number): VrrpStep {
  return { instance: { ...instance, due: now + instance.advertMs }, advert: instance.priority };
}

function backup(instance: VrrpInstance, now: number): VrrpInstance {
  return { ...instance, state: 'backup', due: now + masterDownInterval(instance) };
}

function leave(instance: VrrpInstance, state: 'fault' | 'stopped'): VrrpStep {
  return { instance: idle(instance, state), ...(instance.state === 'master' && { advert: 0 }) };
}

function idle(instance: VrrpInstance, state: 'fault' | 'stopped'): VrrpInstance {
  return { ...instance, state, due: NEVER };
}
