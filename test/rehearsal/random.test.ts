import fc from 'fast-check';
import { seededRandom, shuffle } from '../../rehearsal/random';

const seed = Number(process.env.FC_SEED ?? Date.now() | 0);

test('the same seed draws the same numbers, another one others', () => {
  const draw = (from: number) => {
    const random = seededRandom(from);
    return Array.from({ length: 5 }, () => random());
  };

  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test('numbers spread evenly over 0 to 1', () => {
  const random = seededRandom(1);
  const tenths = new Array<number>(10).fill(0);

  for (let draw = 0; draw < 10_000; draw += 1) {
    const tenth = Math.floor(random() * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }

  expect(tenths).toHaveLength(10);
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

test(`shuffling keeps every item and touches nothing (FC_SEED=${seed})`, () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (items, from) => {
      const before = [...items];
      const shuffled = shuffle(items, seededRandom(from));

      expect(items).toEqual(before);
      expect(shuffled.sort()).toEqual(before.sort());
    }),
    { seed },
  );
});

test('every item comes first equally often', () => {
  const random = seededRandom(3);
  const first = { a: 0, b: 0, c: 0 };

  for (let draw = 0; draw < 3_000; draw += 1) first[shuffle(['a', 'b', 'c'] as const, random)[0] as 'a' | 'b' | 'c'] += 1;

  for (const count of Object.values(first)) expect(Math.abs(count - 1_000)).toBeLessThan(120);
});
