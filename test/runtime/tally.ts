import type { LifecyclePorts } from '../../runtime/ports';

/** How often each call to the outside was made, by its name. */
export type Tally = Record<string, number>;

/** The same ports, which count their calls. */
export function tallied(ports: LifecyclePorts): { readonly ports: LifecyclePorts; readonly tally: Tally } {
  const tally: Tally = {};
  const counting = <A extends unknown[], R>(name: string, call: (...parameters: A) => R) => {
    return (...parameters: A): R => {
      tally[name] = (tally[name] ?? 0) + 1;
      return call(...parameters);
    };
  };
  const { view, plane, prober, store, announcer } = ports;
  return {
    tally,
    ports: {
      ...ports,
      view: { interfaces: counting('view.interfaces', (ids: string[]) => view.interfaces(ids)) },
      plane: {
        addresses: counting('plane.addresses', (ids: string[]) => plane.addresses(ids)),
        associate: counting('plane.associate', (move: Parameters<typeof plane.associate>[0]) => plane.associate(move)),
      },
      prober: { observe: counting('prober.observe', (addresses: string[]) => prober.observe(addresses)) },
      store: {
        read: counting('store.read', () => store.read()),
        commit: counting('store.commit', (...parameters: Parameters<typeof store.commit>) => store.commit(...parameters)),
      },
      announcer: {
        announce: counting('announce', (...news: Parameters<typeof announcer.announce>) => announcer.announce(...news)),
      },
    },
  };
}
