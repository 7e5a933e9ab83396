import { createServer, type Server } from 'node:http';
import { HEALTH_PORT } from '../../../lib/private/contract';
import { ScaledClock } from '../../../rehearsal/clock';
import { laneOf, TakeoverService } from '../../../rehearsal/planes/takeover-service';
import { Recorder } from '../../../rehearsal/recorder';
import type { FleetModel } from '../../../rehearsal/template/model';
import { changeState } from '../../../runtime/change-state';
import { applyOrder } from '../../../runtime/core/orders';

const SLOTS = ['1', '2', '3'].map((slot) => ({
  slot,
  zone: `zone-${slot}`,
  address: `127.77.3.${slot}`,
  secondaryAddresses: [`127.77.4.${slot}`],
  interfaceId: `eni-${slot}`,
  configuration: '',
}));
const TOPOLOGY = {
  fleet: 'Edge',
  slots: SLOTS.map(({ slot, zone, interfaceId }) => ({ slot, zone, interfaceId })),
  virtualIps: [{ name: 'Vip', allocationId: 'eipalloc-1', home: '1' }],
  probes: [
    { zone: 'zone-1', functionName: 'p1' },
    { zone: 'zone-2', functionName: 'p2' },
  ],
};
const takeover = { topology: TOPOLOGY, sweepSeconds: 3600, addresses: new Map([['eipalloc-1', '127.77.5.1']]) };
const fleet: FleetModel = { stack: 'S', slots: SLOTS, zones: [], healthChecks: [], elsewhere: [], skipped: [], takeover };

const servers = new Map<string, Server>();
const silent = new Set<string>();
let service: TakeoverService;
let recorder: Recorder;

async function healthy(address: string): Promise<void> {
  const server = createServer((_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(HEALTH_PORT, address, resolve));
  servers.set(address, server);
}

async function gone(address: string): Promise<void> {
  const server = servers.get(address);
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  servers.delete(address);
}

beforeEach(async () => {
  for (const { secondaryAddresses } of SLOTS) await healthy(secondaryAddresses[0] as string);
  const clock = new ScaledClock(1);
  recorder = new Recorder(clock, () => undefined);
  service = new TakeoverService({
    fleet,
    takeover,
    ports: [18_080],
    clock,
    recorder,
    random: () => 0.5,
    addressMoveSeconds: 0,
    isSilent: (address) => silent.has(address),
  });
  await service.start();
});
afterEach(async () => {
  silent.clear();
  await service.stop();
  await Promise.all([...servers.keys()].map(gone));
});

test('it begins with a holder, and a hint moves the address of a dead one at once', async () => {
  expect(service.holderOf('eipalloc-1')).toBe('1');
  await gone('127.77.4.1');
  const begun = performance.now();
  await service.hint();

  expect(performance.now() - begun).toBeLessThan(900);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(service.holderOf('eipalloc-1')).not.toBe('1');
});

test('hints at the same time are runs at the same time, and one of them moves the address', async () => {
  await gone('127.77.4.1');
  await Promise.all([service.hint(), service.hint(), service.hint()]);

  const issued = recorder.events.filter(({ text }) => text.startsWith('AssociateAddress'));
  // One at the start, one now.
  expect(issued).toHaveLength(2);
  expect(new Set(recorder.events.map(({ lane }) => lane))).toEqual(new Set([laneOf('Vip')]));
});

test('a look at a host that answers nothing takes as long as a look can', async () => {
  await gone('127.77.4.1');
  silent.add('127.77.4.1');
  const begun = performance.now();
  await service.hint();

  expect(performance.now() - begun).toBeGreaterThanOrEqual(245);
});

test("an operator's order goes through the same ports, and the next hint fulfils it", async () => {
  const { ports, topology } = service;
  const deadline = ports.clock.now() + 10_000;
  await changeState(ports, topology, { owner: 'operator', deadline }, (state) =>
    applyOrder(state, { kind: 'move', virtualIp: 'Vip', slot: '3' }, ports.clock.now()),
  );
  await service.hint();
  await new Promise((resolve) => setTimeout(resolve, 20));

  expect(service.holderOf('eipalloc-1')).toBe('3');
});

test('a hint after the end does nothing', async () => {
  await service.stop();
  await expect(service.hint()).resolves.toBeUndefined();
});
