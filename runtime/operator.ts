/**
 * What it does: shows an operator a fleet, and takes orders. It moves nothing: an order is written into the table, and the takeover
 * function, which alone may move an address, meets it.
 *
 * Order of events: look -> refuse what makes no sense -> (a dry run ends here) -> write at a moment when no move is under way ->
 * hint -> look again and again until the order is met, nothing more is going to happen, or time is up.
 *
 * Gotchas
 * - Between look and write others may have written: what is refused is refused again on the state that the order goes into.
 * - A hint that fails is no failure of the order: the next sweep meets it.
 * - EC2's answers are eventually consistent, so one look that finds nothing left to do is no proof of it.
 */
import { SWEEP_SECONDS } from '../lib/private/contract';
import { DECISION_SECONDS, type FleetTopology, MOVE_LIMITS, PENDING_SECONDS } from '../lib/private/takeover-contract';
import { changeState } from './change-state';
import { chooseHolders, type Decision, type Plan } from './core/choose-holders';
import { applyOrder, type Order } from './core/orders';
import { isShown, withConfirmed } from './core/pending';
import { refusalOf } from './core/refuse-order';
import { seatsOf } from './core/seats';
import { type FleetStatus, type Look, nextOf, statusOf, type VirtualIpStatus, virtualIpsOf } from './fleet-status';
import { glanceAt, observe } from './look';
import { inWords, type NamedOrder, OrderRefused, type OrderRequest, orderOf, withNames } from './order-request';
import type { OperatorPorts, TakeoverState } from './ports';
import { reasonOf } from './reason-of';

/** How long an order waits for a moment to be written: longer than a move that died keeps others from acting. */
const WRITE_SECONDS = 40;
/** How long an order may take: until the next sweep, should the hint be lost. */
const MEET_SECONDS = SWEEP_SECONDS + DECISION_SECONDS;
const LOOK_PAUSE_MS = 1000;
/** So many looks in a row that find nothing left to do end the wait. */
const IDLE_LOOKS = 3;

const NOBODY_LOOKED = 'no probe function answered, so nobody knows how the slots are (may you invoke them?)';

export interface OrderOptions {
  /** Names the operator and this call, unlike every other. */
  readonly owner: string;
  readonly dryRun?: boolean;
}

export interface OrderReport {
  readonly fleet: string;
  readonly order: NamedOrder;
  /** `planned`: a dry run. `unmet`: written, and in force until it ends. */
  readonly outcome: 'done' | 'planned' | 'nothing to do' | 'unmet';
  /** Whether the order is met; of a dry run, whether it would be. */
  readonly met: boolean;
  /** Of the table, after the order. */
  readonly epoch: number;
  readonly tookSeconds: number;
  /** Those that the order is about, or that move because of it. */
  readonly virtualIps: readonly (VirtualIpStatus & { readonly from?: string })[];
  readonly notes: readonly string[];
}

/** Shows a fleet as it is. */
export async function readStatus(ports: OperatorPorts, topology: FleetTopology): Promise<FleetStatus> {
  return statusOf(await look(ports, topology), topology);
}

/** Takes one order; throws OrderRefused for one that was not written. */
export async function giveOrder(
  ports: OperatorPorts,
  topology: FleetTopology,
  request: OrderRequest,
  { owner, dryRun }: OrderOptions,
): Promise<OrderReport> {
  const { clock, log } = ports;
  const began = clock.now();
  const named = withNames(request, topology);
  const first = await look(ports, topology);
  const order = orderOf(named, first.now);
  const plan = planWith(order, first, first.stored.state);
  const about = affectedBy(order, first, plan);
  const notes = notesOn(order, first);
  const report = (last: Look, ending: Pick<OrderReport, 'outcome' | 'met'>): OrderReport => ({
    fleet: topology.fleet,
    order: named,
    ...ending,
    epoch: last.stored.epoch,
    tookSeconds: Math.round((clock.now() - began) / 100) / 10,
    virtualIps: virtualIpsOf(last, topology)
      .filter(({ name }) => about.includes(name))
      .map((virtualIp) => ({ ...virtualIp, from: seatsOf(first.sight).get(virtualIp.name)?.slot.slot })),
    notes,
  });

  if (isSame(plan, first.plan) || isPinnedThere(order, first))
    return report(first, { outcome: 'nothing to do', met: isHeld(order, holdersIn(first), first) });
  if (dryRun) return report({ ...first, plan }, { outcome: 'planned', met: isHeld(order, holdersAfter(plan), first) });

  const deadline = clock.now() + WRITE_SECONDS * 1000;
  const { epoch } = await changeState(ports, topology, { owner, deadline, errors: 'throw' }, (state) => {
    planWith(order, first, state);
    return applyOrder(state, order, clock.now());
  });
  log.write({
    event: 'ordered',
    virtualIp: 'virtualIp' in order ? order.virtualIp : undefined,
    epoch,
    reason: `an operator's order: ${inWords(named)}`,
  });
  await ports.hint().catch((error: unknown) => {
    notes.push(`The takeover function could not be asked for a look (${reasonOf(error)}): its sweep comes within a minute.`);
  });
  const { last, met } = await untilMet(ports, topology, order, about);
  return report(last, { outcome: met ? 'done' : 'unmet', met });
}

/** What would be decided if the order were in the state; throws when it must not be. */
function planWith(order: Order, { sight, now }: Look, state: TakeoverState): Plan {
  const refusal = refusalOf(order, sight, state, now);
  if (refusal !== undefined) throw new OrderRefused(sight.answered.length > 0 ? refusal : `${NOBODY_LOOKED}: ${refusal}`);
  return chooseHolders(sight, applyOrder(withConfirmed(state, []), order, now), MOVE_LIMITS, now);
}

/** The order is written by now, so an error while looking is waited out, too. */
async function untilMet(ports: OperatorPorts, topology: FleetTopology, order: Order, about: readonly string[]) {
  const { clock } = ports;
  const end = clock.now() + MEET_SECONDS * 1000;
  for (let idle = 0; ; ) {
    const isLast = clock.now() + LOOK_PAUSE_MS >= end;
    const last = await look(ports, topology).catch((error: unknown) => {
      if (isLast) throw error;
    });
    if (last) {
      const isToMove = last.plan.decisions.some(({ action, virtualIp }) => action === 'move' && about.includes(virtualIp));
      const met = !isToMove && isHeld(order, holdersIn(last), last);
      idle = isToMove || last.isMoveUnderWay ? 0 : idle + 1;
      if (met || idle >= IDLE_LOOKS || isLast) return { last, met };
    }
    await clock.sleep(LOOK_PAUSE_MS);
  }
}

async function look(ports: OperatorPorts, topology: FleetTopology): Promise<Look> {
  const glance = await glanceAt(ports, topology);
  const sight = await observe(ports, topology, glance);
  const now = ports.clock.now();
  const { stored, addresses } = glance;
  const { pending } = stored.state;
  const plan = chooseHolders(sight, withConfirmed(stored.state, []), MOVE_LIMITS, now);
  // One that EC2 does not show in its time was given up.
  const isRecent = pending !== undefined && Math.abs(now - pending.at) < PENDING_SECONDS * 1000;
  return { stored, sight, plan, now, isMoveUnderWay: isRecent && !isShown(pending, addresses) };
}

/** Slot of every virtual IP that has one, by name. */
type Holders = ReadonlyMap<string, string | undefined>;

function holdersIn({ sight }: Look): Holders {
  return new Map([...seatsOf(sight)].map(([name, { slot }]) => [name, slot.slot]));
}

function holdersAfter({ decisions }: Plan): Holders {
  return new Map(decisions.map((decision) => [decision.virtualIp, decision.action === 'move' ? decision.to : decision.at]));
}

/** Whether the virtual IPs are where the order wants them; one that is being deleted is nobody's concern. */
function isHeld(order: Order, holders: Holders, { stored }: Look): boolean {
  if (order.kind === 'move' || order.kind === 'pin') return holders.get(order.virtualIp) === order.slot;
  if (order.kind !== 'evacuate' || order.until === undefined) return true;
  return ![...holders].some(([name, slot]) => slot === order.slot && !stored.state.tombstones.includes(name));
}

/** Those that the order names or that are on the slot that it names, and those that move because of it. */
function affectedBy(order: Order, { sight, plan: before }: Look, { decisions }: Plan): string[] {
  const holds = (name: string, slot: string) => seatsOf(sight).get(name)?.slot.slot === slot;
  const isNamed = (name: string) => (order.kind === 'evacuate' ? holds(name, order.slot) : name === order.virtualIp);
  const targetOf = (decision: Decision | undefined) => (decision?.action === 'move' ? decision.to : undefined);
  return decisions.flatMap((decision, index) => {
    const moves = targetOf(decision) !== targetOf(before.decisions[index]);
    return isNamed(decision.virtualIp) || moves ? [decision.virtualIp] : [];
  });
}

/** An order to go once to where it is bound already must not end the binding. */
function isPinnedThere(order: Order, { plan }: Pick<Look, 'plan'>): boolean {
  const pin = order.kind === 'move' ? plan.state.pins[order.virtualIp] : undefined;
  return order.kind === 'move' && pin !== undefined && !pin.once && pin.slot === order.slot;
}

function notesOn(order: Order, { plan, sight }: Look): string[] {
  const pin = order.kind === 'move' ? plan.state.pins[order.virtualIp] : undefined;
  return [
    ...(pin && !pin.once && !isPinnedThere(order, { plan }) ? [`This ends the pin to slot ${pin.slot}.`] : []),
    ...(sight.answered.length === 0 ? [NOBODY_LOOKED] : []),
  ];
}

function isSame(plan: Plan, before: Plan): boolean {
  const essence = ({ decisions, state: { pins, maintenance } }: Plan) => {
    return JSON.stringify([decisions.map(nextOf), Object.entries(pins).sort(), maintenance]);
  };
  return essence(plan) === essence(before);
}
