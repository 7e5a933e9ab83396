import type { FleetTopology } from '../../lib/private/takeover-contract';
import { parseTopology } from '../../runtime/topology';

const TOPOLOGY: FleetTopology = {
  fleet: 'Edge',
  slots: [{ slot: '1', zone: 'a', interfaceId: 'eni-1' }],
  virtualIps: [{ name: 'Vip', allocationId: 'eipalloc-1', home: '1', preemptAfterSeconds: 300 }],
  probes: [{ zone: 'a', functionName: 'probe-a' }],
};

test('reads what the constructs wrote', () => {
  expect(parseTopology(JSON.stringify(TOPOLOGY))).toEqual(TOPOLOGY);
});

test.each<[problem: string, text: string | undefined]>([
  ['PROXY_FLEET_TOPOLOGY must be JSON, got nothing', undefined],
  ['PROXY_FLEET_TOPOLOGY must be JSON, got "{"', '{'],
  ['PROXY_FLEET_TOPOLOGY must be an object, got []', '[]'],
  ['PROXY_FLEET_TOPOLOGY.fleet must be a non-empty string, got undefined', '{}'],
  ['PROXY_FLEET_TOPOLOGY.fleet must be a non-empty string, got ""', JSON.stringify({ ...TOPOLOGY, fleet: '' })],
  ['PROXY_FLEET_TOPOLOGY.slots must be a list, got undefined', JSON.stringify({ ...TOPOLOGY, slots: undefined })],
  [
    '.slots[0].interfaceId must be a non-empty string, got undefined',
    JSON.stringify({ ...TOPOLOGY, slots: [{ slot: '1', zone: 'a' }] }),
  ],
  [
    '.virtualIps[0].allocationId must be a non-empty string, got ""',
    JSON.stringify({ ...TOPOLOGY, virtualIps: [{ name: 'Vip', allocationId: '' }] }),
  ],
  [
    '.virtualIps[0].home must be a non-empty string, got undefined',
    JSON.stringify({ ...TOPOLOGY, virtualIps: [{ name: 'Vip', allocationId: 'eipalloc-1' }] }),
  ],
  [
    '.probes[0].zone must be a non-empty string, got 1',
    JSON.stringify({ ...TOPOLOGY, probes: [{ zone: 1, functionName: 'probe' }] }),
  ],
  ['.probes[0].zone must be a non-empty string, got undefined', JSON.stringify({ ...TOPOLOGY, probes: [null] })],
])('says %s', (problem, text) => {
  expect(() => parseTopology(text)).toThrow(problem);
});
