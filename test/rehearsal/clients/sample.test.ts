import { type ClientSample, monotonicMs, parseClientSample } from '../../../rehearsal/clients/sample';

const samples: ClientSample[] = [
  { at: 12.5, ok: true, address: '127.10.1.1', ms: 3.2, tried: 1 },
  { at: 0, ok: false, ms: 0, tried: 0, error: 'lookup ETIMEOUT' },
];

test.each(samples)('what was written as a line is read back (%#)', (sample) => {
  expect(parseClientSample(JSON.stringify(sample))).toEqual(sample);
});

test.each([
  '',
  'Error: out of memory',
  'null',
  '[]',
  '{}',
  '{"at":"1","ok":true,"ms":1,"tried":1}',
  '{"at":1,"ok":1,"ms":1,"tried":1}',
  '{"at":1,"ok":true,"tried":1}',
  '{"at":1,"ok":true,"ms":1,"tried":1.5}',
  '{"at":1,"ok":true,"ms":1,"tried":1,"address":7}',
  '{"at":1,"ok":false,"ms":1,"tried":1,"error":{}}',
])('refuses %p', (line) => {
  expect(() => parseClientSample(line)).toThrow(`a client must write samples as lines of JSON, got ${line}`);
});

test('a long line is not repeated as a whole', () => {
  expect(() => parseClientSample('x'.repeat(10_000))).toThrow(/^.{1,300}$/);
});

test('time goes on in milliseconds', async () => {
  const before = monotonicMs();
  await new Promise((resolve) => setTimeout(resolve, 50));

  expect(monotonicMs() - before).toBeGreaterThan(45);
  expect(monotonicMs() - before).toBeLessThan(2_000);
});
