/** What is simulated: every fault with everything that can break, and the classes of clients that suffer from it. */
import { Answers } from './answers';
import { BEHAVIOURS, type Behaviour, type Fault, RESOLVER_CACHES, type ResolverCache } from './behaviours';
import { placesOf, type Scene } from './scene';
import { Statuses } from './statuses';

export interface Case {
  readonly fault: Fault;
  /** What breaks, in words. */
  readonly broken: string;
  /** Places of machines, each as likely as any other to be the one that breaks. */
  readonly machines: readonly number[];
}

export type ClientClass =
  | { readonly kind: 'name'; readonly name: number; readonly behaviour: Behaviour; readonly cache: ResolverCache }
  | { readonly kind: 'virtual-ip'; readonly virtualIp: number };

export function casesOf(scene: Scene, faults: readonly Fault[]): Case[] {
  const places = placesOf(scene.addresses);
  const { unhealthy } = new Statuses(scene);
  const answered = scene.names.flatMap(({ name }) => [
    ...new Answers(scene.zones, name, places).possible((id) => !unhealthy.has(id)),
  ]);
  const used = new Set(
    [...answered, ...scene.virtualIps.map(({ place }) => place)].map((place) => scene.addresses[place]?.machine),
  );
  const machines = [...scene.machines.keys()].filter((machine) => used.has(machine));
  const [only = 0] = machines;
  const broken =
    machines.length === 1 ? `${scene.machines[only]}` : `one of ${machines.length} ${scene.hasFleet ? 'slots' : 'addresses'}`;
  return faults.map((fault) => ({ fault, broken, machines }));
}

export function classesOf(scene: Scene): ClientClass[] {
  const names = [...scene.names.keys()].flatMap((name) =>
    BEHAVIOURS.flatMap((behaviour) => RESOLVER_CACHES.map((cache): ClientClass => ({ kind: 'name', name, behaviour, cache }))),
  );
  return [...names, ...[...scene.virtualIps.keys()].map((virtualIp): ClientClass => ({ kind: 'virtual-ip', virtualIp }))];
}
