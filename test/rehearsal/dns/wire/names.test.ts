import { name as peer } from 'dns-packet';
import { labelsOf, readName, skipName } from '../../../../rehearsal/dns/wire/names';

const texts = (name: string) => labelsOf(name).map(String);
const wire = (name: string) =>
  Buffer.concat([...labelsOf(name).flatMap((label) => [Buffer.from([label.length]), label]), Buffer.from([0])]);

test.each([
  ['www.example.com', ['www', 'example', 'com']],
  ['www.example.com.', ['www', 'example', 'com']],
  ['.', []],
  ['', []],
  ['\\052.example.com', ['*', 'example', 'com']],
  ['a\\056b.example.com', ['a.b', 'example', 'com']],
  ['a\\.', ['a.']],
])('%s has the labels %p', (name, labels) => {
  expect(texts(name)).toEqual(labels);
});

test.each(['a..b', '.a', 'a..', `${'a'.repeat(64)}.com`, `${'abc.'.repeat(63)}abc`])('%s is no name', (name) => {
  expect(() => labelsOf(name)).toThrow(`a name must have labels of 1 to 63 bytes and 255 in all, got '${name}'`);
});

test('the longest names can be read and written', () => {
  const longest = `${'abc.'.repeat(62)}abcde`;

  expect(wire(longest)).toHaveLength(255);
  expect(wire(longest)).toEqual(peer.encode(longest));
  expect(readName(wire(longest), 0)).toEqual({ name: longest, end: 255 });
});

test('what is read can be written again, whatever its bytes', () => {
  const bytes = Buffer.from('\x06A.b\\\xff \x07eXample\0', 'latin1');

  const read = readName(bytes, 0);

  expect(read).toEqual({ name: 'A\\056b\\134\\377\\040.eXample', end: bytes.length });
  expect(wire(read?.name ?? '')).toEqual(bytes);
});

test.each([
  ['is cut off in a label', '03616263'],
  ['is cut off in the middle of a label', '0361'],
  ['is a pointer', 'c000'],
  ['has a label of a kind that does not exist', '4161'],
])('a name that %s is not read', (_, hex) => {
  expect(readName(Buffer.from(hex, 'hex'), 0)).toBeUndefined();
});

test('a name that is skipped ends at its pointer, which is not followed', () => {
  expect(skipName(Buffer.from('0361c0ffc000aa', 'hex'), 0)).toBe(6);
  expect(skipName(Buffer.from('03616263', 'hex'), 0)).toBeUndefined();
  expect(skipName(Buffer.from('8061', 'hex'), 0)).toBeUndefined();
});
