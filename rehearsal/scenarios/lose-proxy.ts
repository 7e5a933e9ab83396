/**
 * What the scenarios have in common in which one proxy is lost, and comes back later.
 *
 * Order: clients run for a while -> the fault, at a random phase of TTL, checkers and sweep -> wait until DNS has dropped the address,
 * every cache has forgotten it and the virtual IPs have moved -> the way back -> wait until the address is in the answers again.
 */
import { isWatching } from '../health/health-check';
import { dnsBudget, takeoverBudget } from '../template/budgets';
import { nameWitnesses, sumUp, virtualIpWitnesses, type Witness } from './clients';
import { playedTtl, recordsOf, wayBack, withdrawal } from './dns-steps';
import { allOf, measured } from './expectation';
import type { Outcome, Stage } from './scenario';
import { heldBy, holderOf, takeovers } from './takeover-steps';
import { warmUp } from './warm-up';

/** Simulated seconds. */
const BEFORE = { least: 10, most: 70 };
const AFTERWARDS = 5;
/** Bound on the way back: rise of all checkers, probe timeouts and propagation, whatever they are. */
const WAY_BACK = 120;

export interface ProxyLoss {
  /** What is broken, for the timeline. */
  readonly text: string;
  /** Breaks the slot at once. */
  readonly fault: (slot: string) => Promise<void>;
  /** Brings it back, and waits until it is ready. */
  readonly recovery: (slot: string) => Promise<void>;
}

export async function loseProxy(stage: Stage, { text, fault, recovery: mend }: ProxyLoss): Promise<Outcome> {
  const { fleet, box, clock, recorder } = stage;
  const choose = chooser(stage);
  const addressOf = (wanted: string) => fleet.slots.find(({ slot }) => slot === wanted)?.address ?? '';
  const witnesses = witnessesOf(stage, addressOf(choose()), heldBy(box, choose()));
  const ttls = fleet.zones.flatMap(({ records }) => records.map(({ ttl }) => playedTtl(stage, ttl)));
  await warmUp(stage, witnesses, BEFORE);
  // A busy machine may have made virtual IPs move meanwhile.
  const victim = choose();
  const address = addressOf(victim);
  const measures = [...withdrawal(stage, `slot ${victim}`, address), ...takeovers(stage, heldBy(box, victim))];

  recorder.fault(`slot ${victim}`, text);
  await fault(victim);
  const broke = { from: 0, until: recorder.since };
  await allOf(stage, measures);
  await clock.sleep((Math.max(0, ...ttls) + AFTERWARDS) * 1000);

  const recovery = recorder.since;
  await mend(victim);
  recorder.event(`slot ${victim}`, 'recovery', 'the proxy is back');
  const back = wayBack(stage, address, recovery);
  await allOf(stage, back, WAY_BACK);
  await clock.sleep(AFTERWARDS * 1000);

  return {
    victim,
    measures: [...measures.map((each) => measured(each)), ...back.map((each) => measured(each, recovery))],
    clients: witnesses.map((witness) => sumUp(witness, recorder.samplesOf(witness.name), [broke])),
  };
}

/** The slot to break: the holder of the first virtual IP at that moment, and without one a slot that is drawn once. */
function chooser(stage: Stage): () => string {
  const { fleet, random } = stage;
  if (fleet.takeover) return () => holderOf(stage).slot;
  const drawn = fleet.slots[Math.floor(random() * fleet.slots.length)]?.slot ?? '1';
  return () => drawn;
}

/** Two clients for the first name that leads to the broken slot or to what it holds, one for each virtual IP that it holds. */
function witnessesOf(stage: Stage, address: string, held: ReturnType<typeof heldBy>): Witness[] {
  const { fleet, box, clock, random, assumptions } = stage;
  const played = { door: box.door, seed: Math.floor(random() * 2 ** 31) };
  const taken = takeoverBudget(fleet, assumptions, clock.timeScale);
  const [record] = recordsOf(fleet, address);
  const check = fleet.healthChecks.filter(isWatching).find(({ id }) => id === record?.healthCheckId);
  const virtual = held.flatMap(({ allocationId }) => recordsOf(fleet, fleet.takeover?.addresses.get(allocationId) ?? ''))[0];
  const names =
    record && check
      ? nameWitnesses(record.name, played, dnsBudget(check, playedTtl(stage, record.ttl), assumptions))
      : virtual
        ? nameWitnesses(virtual.name, played, taken)
        : [];
  return [...names, ...(fleet.takeover ? virtualIpWitnesses(held, fleet.takeover, played, taken) : [])];
}
