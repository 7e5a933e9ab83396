import { evaluate, referenceOf } from '../../../rehearsal/template/evaluate';
import type { Json, Template } from '../../../rehearsal/template/load-template';

const template: Template = { Resources: {}, Parameters: { Image: { Default: 'ami-1' }, Open: {} } };
const standIns = new Map([
  ['Eip', '127.10.1.1'],
  ['Eip.AllocationId', 'eipalloc-1'],
]);

test.each<[Json, Json]>([
  [{ Ref: 'Eip' }, '127.10.1.1'],
  [{ 'Fn::GetAtt': ['Eip', 'AllocationId'] }, 'eipalloc-1'],
  [{ 'Fn::GetAtt': 'Eip.AllocationId' }, 'eipalloc-1'],
  [{ 'Fn::GetAtt': ['Other', 'Arn'] }, 'Other.Arn'],
  [{ Ref: 'Image' }, 'ami-1'],
  [{ Ref: 'Open' }, 'Open'],
  [{ 'Fn::Join': [':', ['a', { Ref: 'Eip' }, 7]] }, 'a:127.10.1.1:7'],
  [{ 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }, 'zone-b'],
  [{ 'Fn::Select': ['0', { 'Fn::Split': [',', 'x,y'] }] }, 'x'],
  [{ 'Fn::Sub': '${Eip}/${!Literal}/${AWS::Region}' }, '127.10.1.1/${Literal}/us-east-1'],
  [{ 'Fn::Sub': ['${A}-${Eip}', { A: { Ref: 'Image' } }] }, 'ami-1-127.10.1.1'],
  [{ 'Fn::If': ['C', { Ref: 'Eip' }, 'no'] }, '127.10.1.1'],
  [{ 'Fn::Base64': { 'Fn::Join': ['', ['text ', { Ref: 'Eip' }]] } }, 'text 127.10.1.1'],
  [
    { Deep: [{ Ref: 'Eip' }], Plain: null },
    { Deep: ['127.10.1.1'], Plain: null },
  ],
])('%j is %j', (value, expected) => {
  expect(evaluate(value, template, standIns)).toEqual(expected);
});

test('a reference is told from a value', () => {
  expect(referenceOf({ Ref: 'A' })).toBe('A');
  expect(referenceOf({ 'Fn::GetAtt': ['B', 'Arn'] })).toBe('B');
  expect(referenceOf({ 'Fn::GetAtt': 'C.Arn' })).toBe('C');
  expect(referenceOf('D')).toBeUndefined();
  expect(referenceOf(undefined)).toBeUndefined();
});

test.each(['valueOf', 'constructor', '__proto__'])('what is called %s like something of every object is no function', (name) => {
  const value = JSON.parse(`{ "${name}": [] }`) as Json;

  expect(JSON.stringify(evaluate(value, template, standIns))).toBe(JSON.stringify(value));
});
