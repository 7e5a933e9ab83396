/** Scenario `storm`: an elastic fleet grows to its maximum at once, and no client notices. */
import type { FleetModel } from '../template/model';
import { UsageError } from '../usage-error';
import { sumUp } from './clients';
import { COMES_WITHIN, elasticOf, joins, launch } from './elastic-steps';
import { everyone } from './everyone';
import { allOf, type Expectation, measured } from './expectation';
import type { Scenario } from './scenario';
import { warmUp } from './warm-up';

/** Simulated seconds. */
const BEFORE = { least: 10, most: 40 };
const AFTERWARDS = 30;

export const storm: Scenario = {
  summary: 'an elastic fleet grows to its maximum at once: all new instances come into the answers, and no client notices',
  timeScale: 10,
  elastic: true,
  validate: (fleet) => {
    const [few, many] = sizesOf(fleet);
    if (many - few >= 2) return;
    throw new UsageError(
      `'${fleet.stack}' has ${few} proxies and may have ${many}, which is no storm: raise maxCapacity, or choose scale-out`,
    );
  },
  play: async (stage) => {
    const { clock, fleet, recorder } = stage;
    const [few, many] = sizesOf(fleet);
    const witnesses = everyone(stage);
    await warmUp(stage, witnesses, BEFORE);

    const taken = elasticOf(stage).slots.map(({ slot }) => slot);
    const fresh = fleet.slots.filter(({ slot }) => !taken.includes(slot)).slice(0, many - few);
    recorder.fault(`slot ${fresh[0]?.slot}`, `the group grows from ${few} to ${many} at once`, 'info');
    const addresses = await Promise.all(fresh.map((slot) => launch(stage, slot)));
    const comes = addresses.flatMap((address) => joins(stage, address, 0));
    await allOf(stage, comes, COMES_WITHIN);
    await clock.sleep(AFTERWARDS * 1000);

    return {
      victim: undefined,
      measures: firstAndLast(comes).map((each) => measured(each)),
      clients: witnesses.map((witness) => sumUp(witness, recorder.samplesOf(witness.name), [])),
    };
  },
};

/** How many instances there are when a rehearsal begins, and at most. */
function sizesOf({ pool, records }: FleetModel): [number, number] {
  const { minCapacity = 0, maxCapacity = 0 } = pool ?? records ?? {};
  return [minCapacity, maxCapacity];
}

/** What a person wants to know of so many: for each name the first, and the last. */
function firstAndLast(comes: readonly Expectation[]): Expectation[] {
  return [...new Set(comes.map(({ lane }) => lane))].flatMap((lane) => {
    const ofName = comes.filter((each) => each.lane === lane);
    const times = () => ofName.map(({ happened }) => happened() ?? Number.POSITIVE_INFINITY);
    return [
      { name: `${lane}: first of ${ofName.length} new addresses`, lane, happened: () => finite(Math.min(...times())) },
      { name: `${lane}: all ${ofName.length} new addresses`, lane, happened: () => finite(Math.max(...times())) },
    ];
  });
}

function finite(at: number): number | undefined {
  return Number.isFinite(at) ? at : undefined;
}
