import { addressesToProbe, mergeHealth } from '../../runtime/core/merge-health';
import type { InterfaceView, Observation, SlotHealth } from '../../runtime/core/model';

const SLOT = { slot: '1', zone: 'a', interfaceId: 'eni-1' };

/** An interface with an instance and these addresses. */
const interfaceWith = (...addresses: string[]): InterfaceView => ({
  interfaceId: 'eni-1',
  instanceId: 'i-1',
  secondaryAddresses: addresses.map((privateAddress) => ({ privateAddress })),
});
const ONE_ADDRESS = interfaceWith('10.0.0.11');
const TWO_ADDRESSES = interfaceWith('10.0.0.11', '10.0.0.12');

const says = (zone: string, ...healths: Array<'ready' | 'live' | 'dead'>): Observation => ({
  zone,
  health: Object.fromEntries(healths.map((health, index) => [`10.0.0.${11 + index}`, health])),
});

const healthsOf = (view: InterfaceView, ...observations: Observation[]): SlotHealth[] | undefined =>
  mergeHealth([SLOT], [view], observations)[0]?.places.map(({ health }) => health);

test.each<[expected: SlotHealth, story: string, observations: Observation[]]>([
  ['unknown', 'nobody answered', []],
  ['unknown', 'only the observer of its own zone answered, and saw it dead', [says('a', 'dead')]],
  ['dead', 'only an observer of another zone answered, and saw it dead', [says('b', 'dead')]],
  ['dead', 'both observers saw it dead', [says('a', 'dead'), says('b', 'dead')]],
  ['ready', 'its own zone sees it ready while the other is cut off', [says('a', 'ready'), says('b', 'dead')]],
  ['live', 'one observer saw it live and one dead', [says('a', 'dead'), says('b', 'live')]],
  ['ready', 'one observer saw it ready and one live', [says('a', 'live'), says('b', 'ready')]],
])('is %s when %s', (expected, _story, observations) => {
  expect(healthsOf(ONE_ADDRESS, ...observations)).toEqual([expected]);
});

test.each<[expected: SlotHealth[], story: string, observations: Observation[]]>([
  [['ready', 'dead'], 'the host does not own the second one', [says('b', 'ready', 'dead')]],
  [['ready', 'unknown'], 'the second one is dead without proof', [says('a', 'ready', 'dead')]],
  [['ready', 'unknown'], 'nobody was asked about the second one', [says('a', 'ready'), says('b', 'ready')]],
  [['ready', 'ready'], 'each one is ready for somebody', [says('a', 'ready', 'dead'), says('b', 'dead', 'ready')]],
])('judges every address by itself: %j when %s', (expected, _story, observations) => {
  expect(healthsOf(TWO_ADDRESSES, ...observations)).toEqual(expected);
});

test('a slot without an instance is dead everywhere without a probe', () => {
  const empty = { ...TWO_ADDRESSES, instanceId: undefined };

  expect(healthsOf(empty)).toEqual(['dead', 'dead']);
  expect(addressesToProbe([empty])).toEqual([]);
});

test('a slot whose interface EC2 does not show offers no place', () => {
  const views = mergeHealth([SLOT], [], [says('b', 'ready')]);

  expect(views).toEqual([{ ...SLOT, places: [] }]);
});

test('every address of an attached interface is worth a probe', () => {
  expect(addressesToProbe([TWO_ADDRESSES])).toEqual(['10.0.0.11', '10.0.0.12']);
});

test('lists addresses in numeric order and slots in the order of the topology', () => {
  const slots = [SLOT, { slot: '2', zone: 'b', interfaceId: 'eni-2' }];
  const second = { ...interfaceWith('10.0.0.100', '10.0.0.20', '9.0.0.1'), interfaceId: 'eni-2' };

  const views = mergeHealth(slots, [second, ONE_ADDRESS], []);

  expect(views.map(({ slot }) => slot)).toEqual(['1', '2']);
  expect(views[1]?.places.map(({ address }) => address)).toEqual(['9.0.0.1', '10.0.0.20', '10.0.0.100']);
});

test('tells which Elastic IP is on an address, and of the slot its zone', () => {
  const carrying = { ...ONE_ADDRESS, secondaryAddresses: [{ privateAddress: '10.0.0.11', allocationId: 'eipalloc-1' }] };

  const [view] = mergeHealth([SLOT], [carrying], [says('b', 'ready')]);

  expect(view).toEqual({ ...SLOT, places: [{ address: '10.0.0.11', health: 'ready', allocationId: 'eipalloc-1' }] });
});
