import { renderJson } from '../../../rehearsal/report/json';
import type { RehearsalResult } from '../../../rehearsal/report/result';
import { rehearsal } from './fixture';

/** The same data put together in another order. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, item]) => [name, reversed(item)]),
  ) as T;
}

test('loses nothing, and says which schema it follows', () => {
  const result = rehearsal();

  const { schemaVersion, ...rest } = JSON.parse(renderJson(result)) as RehearsalResult & { schemaVersion: number };

  expect(schemaVersion).toBe(1);
  expect(rest).toEqual(result);
});

test('is the same text however the result was put together', () => {
  expect(renderJson(reversed(rehearsal()))).toBe(renderJson(rehearsal()));
});

test('starts with its version and ends with a line break', () => {
  expect(renderJson(rehearsal())).toMatch(/^\{\n {2}"schemaVersion": 1,\n {2}"stack": "ProxyFleetDemo",[\s\S]*\}\n$/);
});
