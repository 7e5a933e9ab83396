/** The clients' outages, worked out at once, against the same clients played request by request. */
import { seededRandom, shuffle } from '../../../rehearsal/random';
import { Answers } from '../../../rehearsal/simulate/answers';
import { BEHAVIOURS, FAULTS, type Fault, RESOLVER_CACHES } from '../../../rehearsal/simulate/behaviours';
import { sufferBehindName, sufferWithoutName } from '../../../rehearsal/simulate/client';
import { NameStates } from '../../../rehearsal/simulate/name-states';
import { Requests } from '../../../rehearsal/simulate/requests';
import { Timeline } from '../../../rehearsal/simulate/timeline';
import { type Suffered, tick } from './ticking-client';
import { multivalue } from './zones';

const CLIENTS = 500;
const REQUESTS_PER_SECOND = 0.25;
/** What is still broken then serves again. */
const REFILL = 200;

interface Scenario {
  /** How many addresses the name has. */
  readonly addresses: number;
  /** When each broken address leaves the answers, and when it serves again: the first addresses are the broken ones. */
  readonly broken: readonly { readonly withdrawn: number; readonly serves: number }[];
}

const ONE_OF_THREE: Scenario = { addresses: 3, broken: [{ withdrawn: 33, serves: REFILL }] };
const ADOPTED: Scenario = { addresses: 3, broken: [{ withdrawn: 33, serves: 10 }] };
const TWO_OF_FOUR: Scenario = {
  addresses: 4,
  broken: [
    { withdrawn: 30, serves: 90 },
    { withdrawn: 38, serves: REFILL },
  ],
};
const ALL: Scenario = {
  addresses: 2,
  broken: [
    { withdrawn: 30, serves: REFILL },
    { withdrawn: 38, serves: 150 },
  ],
};
const ONE_OF_TEN: Scenario = { addresses: 10, broken: [{ withdrawn: 33, serves: REFILL }] };

/** The same clients in both ways. */
function play(
  { addresses, broken }: Scenario,
  fault: Fault,
  behaviour: (typeof BEHAVIOURS)[number],
  cache: (typeof RESOLVER_CACHES)[number],
) {
  const { zones, places } = multivalue(addresses);
  const servesFrom = Float64Array.from({ length: addresses }, (_, place) => broken[place]?.serves ?? 0);
  const over = Math.max(...servesFrom);
  const answers = new Answers(zones, 'www.example.org', places);
  const edges = broken.map(({ withdrawn }, place) => ({ at: withdrawn, healthCheckId: `check-${place}`, healthy: false }));
  const random = seededRandom(9);

  const states = new NameStates(answers, (place) => place < broken.length);
  const requests = new Requests(1 / REQUESTS_PER_SECOND, random);
  const fast = Array.from({ length: CLIENTS }, (): Suffered => {
    requests.begin();
    const timeline = new Timeline(states, new Set(), edges, random);
    sufferBehindName(behaviour, cache, requests, { fault, servesFrom, over, timeline, random });
    const { end, lost, delayed } = requests;
    return { end, lost, delayed };
  });
  const slow = Array.from({ length: CLIENTS }, () =>
    tick(behaviour, cache, {
      fault,
      random,
      requestsPerSecond: REQUESTS_PER_SECOND,
      end: over,
      servesFrom: (place) => servesFrom[place] ?? 0,
      ask: (time) => {
        const isHealthy = (id: string) => !edges.some(({ at, healthCheckId }) => healthCheckId === id && at <= time);
        const { ttl, places: found } = answers.ask(isHealthy, random);
        return { ttl, addresses: shuffle(found, random) };
      },
    }),
  );
  return { fast, slow };
}

const hits = (clients: readonly Suffered[]) => clients.map(({ lost }) => Math.sign(lost));

/** Whether the difference of two means is within what chance explains: four times its standard error. */
function expectSameMean(fast: readonly number[], slow: readonly number[]): void {
  const [one, other] = [fast, slow].map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    return { mean, error: variance / values.length };
  }) as [{ mean: number; error: number }, { mean: number; error: number }];
  expect(Math.abs(one.mean - other.mean)).toBeLessThanOrEqual(4 * Math.sqrt(one.error + other.error) + 0.01);
}

describe.each([
  ['one of three addresses', ONE_OF_THREE],
  ['an address that is adopted before DNS drops it', ADOPTED],
  ['two of four addresses, one after the other', TWO_OF_FOUR],
  ['all addresses', ALL],
  ['one of ten addresses, of which an answer holds eight', ONE_OF_TEN],
])('%s', (_, scenario) => {
  test.each(FAULTS.flatMap((fault) => BEHAVIOURS.map((behaviour) => [fault, behaviour.name, behaviour] as const)))(
    'in a %s, clients of the kind %s suffer as much as request by request',
    (fault, _name, behaviour) => {
      for (const cache of RESOLVER_CACHES.slice(0, 2)) {
        const { fast, slow } = play(scenario, fault, behaviour, cache);

        expectSameMean(hits(fast), hits(slow));
        for (const what of ['end', 'lost', 'delayed'] as const) {
          const of = (clients: readonly Suffered[]) => clients.map((client) => client[what]);
          expectSameMean(of(fast), of(slow));
        }
      }
    },
  );
});

test('a client without a name is out until its address serves again', () => {
  const requests = new Requests(1, () => 0.5);

  requests.begin();
  sufferWithoutName(requests, 'crash', 10);

  expect([requests.end, requests.lost]).toEqual([9.5, 10]);
});

test('a client without a name of which nothing is broken loses nothing', () => {
  const requests = new Requests(1, () => 0.5);

  requests.begin();
  sufferWithoutName(requests, 'hang', 0);

  expect([requests.end, requests.lost]).toEqual([0, 0]);
});
