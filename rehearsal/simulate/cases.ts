/** What is simulated: every fault with everything that can break, and the classes of clients that suffer from it. */
import { Answers } from './answers';
import { BEHAVIOURS, type Behaviour, type Fault, RESOLVER_CACHES, type ResolverCache } from './behaviours';
import { placesOf, type Scene } from './scene';
import { Statuses } from './statuses';

export interface Case {
  readonly fault: Fault;
  /** What breaks, in words. */
  readonly broken: string;
  /** Sets of machines that break together, each as likely as any other. */
  readonly machines: readonly (readonly number[])[];
  /** Place of the name that promises to survive it; all names do when missing. */
  readonly survivor?: number;
}

export type ClientClass =
  | { readonly kind: 'name'; readonly name: number; readonly behaviour: Behaviour; readonly cache: ResolverCache }
  | { readonly kind: 'virtual-ip'; readonly virtualIp: number };

/** One machine breaks, whichever; and for a name that fails over, everything behind its first branch. */
export function casesOf(scene: Scene, faults: readonly Fault[]): Case[] {
  const word = scene.hasFleet ? 'slots' : 'addresses';
  const behind = machinesBehind(scene);
  const holders = scene.virtualIps.map(({ place }) => scene.addresses[place]?.machine ?? -1);
  const used = [...new Set([...behind.flat(), ...holders])].sort((a, b) => a - b);
  const [only = 0] = used;
  const one = used.length === 1 ? `${scene.machines[only]}` : `one of ${used.length} ${word}`;
  const branches = scene.names.flatMap(({ name, failsOver }, survivor) => {
    const machines = behind[survivor] ?? [];
    return failsOver
      ? [{ broken: `all ${machines.length} ${word} of the primary of ${name}`, machines: [machines], survivor }]
      : [];
  });
  const breaks = [{ broken: one, machines: used.map((machine) => [machine]) }, ...branches];
  return faults.flatMap((fault) => breaks.map((each): Case => ({ fault, ...each })));
}

/** For each name, the machines that it leads to while nothing is broken. */
function machinesBehind(scene: Scene): number[][] {
  const places = placesOf(scene.addresses);
  const { unhealthy } = new Statuses(scene);
  return scene.names.map(({ name }) => {
    const possible = new Answers(scene.zones, name, places).possible((id) => !unhealthy.has(id));
    return [...new Set([...possible].map((place) => scene.addresses[place]?.machine ?? -1))];
  });
}

export function classesOf(scene: Scene): ClientClass[] {
  const names = [...scene.names.keys()].flatMap((name) =>
    BEHAVIOURS.flatMap((behaviour) => RESOLVER_CACHES.map((cache): ClientClass => ({ kind: 'name', name, behaviour, cache }))),
  );
  return [...names, ...[...scene.virtualIps.keys()].map((virtualIp): ClientClass => ({ kind: 'virtual-ip', virtualIp }))];
}
