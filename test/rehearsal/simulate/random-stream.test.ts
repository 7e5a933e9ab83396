import { randomStream } from '../../../rehearsal/simulate/random-stream';

const draws = (seed: number, number: number, count: number) => {
  const random = randomStream(seed, number);
  return Array.from({ length: count }, random);
};

test('the same seed and number give the same draws, any other give others', () => {
  expect(draws(1, 2, 5)).toEqual(draws(1, 2, 5));
  expect(draws(1, 3, 5)).not.toEqual(draws(1, 2, 5));
  expect(draws(2, 2, 5)).not.toEqual(draws(1, 2, 5));
});

test('the first draws of neighbouring streams are spread evenly', () => {
  const first = Array.from({ length: 10_000 }, (_, number) => draws(7, number, 1)[0] as number);

  const tenths = Array.from({ length: 10 }, (_, tenth) => first.filter((draw) => Math.floor(draw * 10) === tenth).length);
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(120);
});

test('streams of neighbouring numbers share no stretch', () => {
  const seen = new Set<string>();
  for (let number = 0; number < 200; number++) {
    const stream = draws(1, number, 100);
    for (let at = 0; at + 2 < stream.length; at++) seen.add(stream.slice(at, at + 2).join());
  }

  expect(seen.size).toBe(200 * 98);
});
