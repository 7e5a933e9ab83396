import { type GroupInstance, launched, standing } from '../../runtime/core/launch';

const instances = (states: Record<string, string>): GroupInstance[] =>
  Object.entries(states).map(([instanceId, lifecycleState]) => ({ groupName: 'group', instanceId, lifecycleState }));

test.each([
  ['Pending:Wait', 'a', true, 'it has a'],
  ['Pending:Wait', undefined, false, 'nothing is free'],
  ['Pending', 'a', false, 'its group does not wait for it yet'],
  ['Pending:Proceed', 'a', true, 'it has a'],
  ['InService', 'a', true, 'it has a'],
  ['InService', undefined, false, 'nothing is free'],
  ['Warmed:Pending', undefined, false, 'it is in the warm pool'],
  ['Warmed:Pending:Wait', undefined, true, 'it is in the warm pool'],
  ['Warmed:Stopped', undefined, true, 'it is in the warm pool'],
  ['Terminating:Wait', undefined, true, 'it is leaving'],
])('an instance that is %s and has %s is told where it stands', (state, held, settled, reason) => {
  expect(standing(instances({ live: state }), 'live', { held, lacking: 'nothing is free' })).toEqual({ settled, reason });
});

test('an instance that no group has is told so', () => {
  expect(standing([], 'live', { lacking: '' })).toEqual({ settled: false, reason: 'no group of the fleet has it' });
});

test('groups stop waiting for who is published, and for who asked and is parked', () => {
  const group = instances({
    served: 'Pending:Wait',
    other: 'Pending:Wait',
    boots: 'Pending:Wait',
    parked: 'Warmed:Pending:Wait',
    old: 'InService',
  });
  const isPublished = (id: string) => ['served', 'other', 'old'].includes(id);
  const namesOf = (live?: string) => launched(group, isPublished, live).map(({ instanceId }) => instanceId);

  expect(namesOf('served')).toEqual(['served']);
  expect(namesOf('boots')).toEqual([]);
  expect(namesOf('parked')).toEqual(['parked']);
  expect(namesOf('old')).toEqual([]);
  expect(namesOf()).toEqual(['served', 'other']);
});
