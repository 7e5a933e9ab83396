/**
 * Scenario `adoption`: way 3. A name leads to virtual IPs, and a holder's host dies. Whoever holds the dead address is served again as
 * soon as a survivor has adopted it, without waiting for DNS.
 *
 * The way of DNS runs beside it: mostly the checkers find the address well again before enough of them have called it sick.
 */
import { laneOfName } from '../box';
import type { RecordSet } from '../dns/records';
import { isWatching } from '../health/health-check';
import { dnsBudget, takeoverBudget } from '../template/budgets';
import type { FleetModel } from '../template/model';
import { UsageError } from '../usage-error';
import { nameWitnesses, type Witness } from './clients';
import { playedTtl, recordsOf } from './dns-steps';
import type { Expectation } from './expectation';
import { DEAD_HOST, loseHolder } from './lose-holder';
import type { Scenario, Stage } from './scenario';
import { holderOf, requireVirtualIp } from './takeover-steps';

export const adoption: Scenario = {
  summary: 'a holder dies behind a name of virtual IPs: clients of the dead address are served again without waiting for DNS',
  timeScale: 1,
  notes: [DEAD_HOST],
  validate: (fleet) => {
    requireVirtualIp(fleet);
    if (namesOf(fleet).length > 0) return;
    throw new UsageError(
      `this scenario needs a name that leads to virtual IPs, '${fleet.stack}' has none: ` +
        "give a MultivalueEndpoint a VirtualIpPool as its 'addresses'",
    );
  },
  play: (stage) => {
    const { held } = holderOf(stage);
    const [record] = held.flatMap(({ allocationId }) => recordsOf(stage.fleet, addressOf(stage.fleet, allocationId)));
    if (!record) throw new UsageError('no name leads to the virtual IPs of the slot that holds the first one: try again');
    return loseHolder(stage, {
      text: 'the host is dead: no proxy, no watchdog, no heartbeats',
      fault: (slot) => stage.box.hosts.killHost(slot),
      witnesses: () => witnessesOf(stage, record),
      beside: () => [dnsPath(stage, record)],
    });
  },
};

/** Records of virtual IPs. */
function namesOf({ zones, takeover }: FleetModel): RecordSet[] {
  const addresses = [...(takeover?.addresses.values() ?? [])];
  return zones.flatMap(({ records }) => records).filter(({ values }) => values.some((value) => addresses.includes(value)));
}

function addressOf({ takeover }: FleetModel, allocationId: string): string {
  return takeover?.addresses.get(allocationId) ?? '';
}

/** Clients of the name, and one whose cached answer is the dead address and stays it. */
function witnessesOf(stage: Stage, { name, values: [address = ''] }: RecordSet): Witness[] {
  const { fleet, box, clock, random, assumptions } = stage;
  const played = { door: box.door, seed: Math.floor(random() * 2 ** 31) };
  const budget = takeoverBudget(fleet, assumptions, clock.timeScale);
  return [
    ...nameWitnesses(name, played, budget),
    {
      name: 'holds the dead address',
      behaviour: `got ${address} as the answer for ${name} once, and never asks again`,
      options: { kind: 'virtual-ip', ...played.door, host: name, address },
      budget,
    },
  ];
}

function dnsPath(stage: Stage, record: RecordSet): Expectation {
  const { fleet, recorder, assumptions } = stage;
  const [address = ''] = record.values;
  const check = fleet.healthChecks.filter(isWatching).find(({ id }) => id === record.healthCheckId);
  const alone = check ? ` (alone it may take ${dnsBudget(check, playedTtl(stage, record.ttl), assumptions).seconds} s)` : '';
  const lane = laneOfName(record.name);
  return {
    name: `DNS drops the address${alone}`,
    lane,
    happened: () => recorder.first(lane, 'down', { about: address }),
  };
}
