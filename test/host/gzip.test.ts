/** Our own gzip, unpacked by the one of Node.js. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { gzip } from '../../lib/host/gzip';
import { HEARTBEAT_SCRIPT } from '../../lib/host/heartbeat-script';

const unpack = (text: string) => gunzipSync(gzip(text)).toString();

test('what is packed comes out as it was, whatever it is', () => {
  const repetitive = fc
    .array(fc.constantFrom('a', 'ab', 'abc', '\n  ', 'ü', '🚦'), { maxLength: 2000 })
    .map((parts) => parts.join(''));
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), repetitive), (text) => expect(unpack(text)).toBe(text)));
});

test.each([0, 1, 3, 257, 258, 600, 4_000])('%i times the same letter', (count) => {
  expect(unpack('x'.repeat(count))).toBe('x'.repeat(count));
});

test('a match may lie as far back as the format allows, and not farther', () => {
  for (const gap of [32_700, 32_768, 33_000]) {
    const filler = Array.from({ length: gap }, (_, index) => String.fromCharCode(48 + ((index * index) % 70))).join('');
    const text = `unique-beginning${filler}unique-beginning`;
    expect(unpack(text)).toBe(text);
  }
});

test('packs a script to less than two thirds, and the same way everywhere', () => {
  expect(gzip(HEARTBEAT_SCRIPT).length).toBeLessThan((HEARTBEAT_SCRIPT.length * 2) / 3);
  expect(createHash('sha256').update(gzip('the same, the same, on every machine, the same')).digest('hex').slice(0, 16)).toBe(
    '5e716ba67171a252',
  );
});
