import { glanceAt, observe } from '../../runtime/look';
import type { AddressPlane, AddressView, FleetView, InterfaceView } from '../../runtime/ports';
import { type Scene, scene } from './scene';

/** A glance, and which addresses it asked for by themselves. */
async function glance(here: Scene, changes: { view?: FleetView } = {}) {
  const asked: string[][] = [];
  const plane: AddressPlane = {
    addresses: (ids) => {
      asked.push(ids);
      return here.fleet.addresses(ids);
    },
    associate: () => Promise.reject(new Error('a glance moved an address')),
  };
  const seen = await glanceAt({ ...here.ports, ...changes, plane }, here.fleet.topology);
  return { ...seen, asked };
}

const placeOf = (addresses: readonly AddressView[], allocationId: string) =>
  addresses.filter((address) => address.allocationId === allocationId).map(({ privateAddress }) => privateAddress);

describe('a glance', () => {
  test('finds addresses that are on the interfaces without asking for them', async () => {
    const here = scene({ slots: 2, virtualIps: 2 });
    here.fleet.putOn('Vip1', '1');
    here.fleet.putOn('Vip2', '1');

    const { addresses, asked } = await glance(here);

    expect(asked).toEqual([]);
    expect(addresses).toEqual(await here.fleet.addresses(['eipalloc-2', 'eipalloc-1']));
  });

  test('asks, in one call, for all addresses that are on none of them', async () => {
    const here = scene({ slots: 2, virtualIps: 3 });
    here.fleet.put('Vip1', { interfaceId: 'eni-foreign', privateAddress: '10.9.9.9' });
    here.fleet.putOn('Vip2', '2');

    const { addresses, asked } = await glance(here);

    expect(asked).toEqual([['eipalloc-1', 'eipalloc-3']]);
    expect(placeOf(addresses, 'eipalloc-1')).toEqual(['10.9.9.9']);
    expect(placeOf(addresses, 'eipalloc-3')).toEqual([undefined]);
  });

  test('asks for an address that is shown on two interfaces, and believes the answer', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    const before = await here.fleet.interfaces(['eni-1']);
    here.fleet.putOn('Vip1', '2');
    const view = { interfaces: async () => [...before, ...(await here.fleet.interfaces(['eni-2']))] };

    const { addresses, asked } = await glance(here, { view });

    expect(asked).toEqual([['eipalloc-1']]);
    expect(placeOf(addresses, 'eipalloc-1')).toEqual(['10.0.2.9']);
  });

  test('asks for what may be on an interface that EC2 does not show', async () => {
    const here = scene({ slots: 2, virtualIps: 2 });
    here.fleet.putOn('Vip1', '1');
    here.fleet.putOn('Vip2', '2');
    const view = { interfaces: () => here.fleet.interfaces(['eni-2']) };

    const { addresses, asked } = await glance(here, { view });

    expect(asked).toEqual([['eipalloc-1']]);
    expect(placeOf(addresses, 'eipalloc-1')).toEqual(['10.0.1.9']);
  });

  test('does not find an address that was released', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.allocations.delete('eipalloc-1');

    const { addresses, asked } = await glance(here);

    expect(asked).toEqual([['eipalloc-1']]);
    expect(addresses).toEqual([]);
  });

  test('leaves out Elastic IPs that are none of this fleet', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    here.fleet.allocations.set('eipalloc-9', { interfaceId: 'eni-2', privateAddress: '10.0.2.9', associationId: 'eipassoc-9' });

    const { addresses } = await glance(here);

    expect(addresses.map(({ allocationId }) => allocationId)).toEqual(['eipalloc-1']);
  });
});

describe('the observers', () => {
  test('are asked about every place that can carry an address, and not about a slot without an instance', async () => {
    const here = scene({ slots: 2, virtualIps: 2 });
    here.fleet.slot('2').instanceId = undefined;
    const asked: string[][] = [];
    const prober = {
      observe: (addresses: string[]) => {
        asked.push(addresses);
        return here.fleet.observe(addresses);
      },
    };

    const { slots } = await observe({ ...here.ports, prober }, here.fleet.topology, await glance(here));

    expect(asked.map((addresses) => addresses.sort())).toEqual([['10.0.1.10', '10.0.1.9']]);
    expect(slots.map(({ places }) => places.map(({ health }) => health))).toEqual([
      ['ready', 'ready'],
      ['dead', 'dead'],
    ]);
  });

  test('make a sight that is as old as the moment at which they began to look', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    const began = here.time.now();
    const prober = {
      observe: async (addresses: string[]) => {
        await here.time.sleep(3000);
        return here.fleet.observe(addresses);
      },
    };

    const seen = await here.time.settle(observe({ ...here.ports, prober }, here.fleet.topology, await glance(here)));

    expect(seen.since).toBe(began);
    expect(here.time.now()).toBe(began + 3000);
  });

  test('are not needed to know that nobody is there, and counted as silent only where they were asked', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    const seen = await glance(here);
    const empty = seen.interfaces.map((each) => ({ ...each, instanceId: undefined }));
    const silent = { observe: async () => [] };
    const sightOf = (interfaces: InterfaceView[]) =>
      observe({ ...here.ports, prober: silent }, here.fleet.topology, { ...seen, interfaces });

    expect((await sightOf(empty)).answered).toEqual(here.fleet.topology.probes.map(({ zone }) => zone));
    expect((await sightOf(empty.slice(1))).answered).toEqual([]);
    expect((await sightOf([...seen.interfaces])).answered).toEqual([]);
  });

  test('and EC2 together tell of each virtual IP, its home and where it is', async () => {
    const here = scene({ slots: 2, virtualIps: 2, preemptAfterSeconds: 60 });
    here.fleet.putOn('Vip2', '1');
    here.fleet.allocations.delete('eipalloc-1');

    const { virtualIps } = await observe(here.ports, here.fleet.topology, await glance(here));

    const [vip2] = await here.fleet.addresses(['eipalloc-2']);
    expect(virtualIps).toMatchObject([
      { name: 'Vip1', home: '1', address: undefined },
      { name: 'Vip2', home: '2', preemptAfterSeconds: 60, address: vip2 },
    ]);
  });
});
