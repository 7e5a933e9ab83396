/**
 * Has one slot drained, or put back: finds its instance, has the instance's own program run there, and follows it to its end.
 *
 * Gotcha: what the program says may arrive line by line or only at its end, as the agent on the instance sees fit.
 */
import { DRAIN_PATH } from '../lib/private/contract';
import { OrderRefused } from './order-request';
import type { SlotInstance, SlotPorts } from './ports';
import { reasonOf } from './reason-of';

const LOOK_MS = 1000;
/** For how long nobody may hear of an order that was given, because a network or a session is gone. */
const UNHEARD_MS = 60_000;

/** No word of Systems Manager's. */
const UNHEARD = { status: 'Unheard', output: '', errors: '' };

const UNDER_WAY = /^(Pending|InProgress|Delayed|Cancelling|Unheard)$/;
const NOT_DELIVERED = /^(Undeliverable|DeliveryTimedOut|Delivery Timed Out|InvalidPlatform|AccessDenied)$/;

export interface DrainRequest {
  readonly stack: string;
  readonly fleet?: string;
  readonly slot: string;
  readonly undo: boolean;
}

export interface DrainReport {
  readonly fleet: string;
  readonly slot: string;
  readonly instanceId: string;
  readonly order: 'drain' | 'undo';
  readonly met: boolean;
  /** How Systems Manager calls the end of the command; `Unknown` when nobody heard of it for a minute. */
  readonly status: string;
  readonly tookSeconds: number;
  /** What the program said. */
  readonly lines: string[];
}

/** What is told while the order is under way. */
export interface DrainProgress {
  readonly sent: (instance: SlotInstance & { readonly instanceId: string }) => void;
  readonly line: (line: string) => void;
}

export async function orderDrain(ports: SlotPorts, request: DrainRequest, tell: DrainProgress): Promise<DrainReport> {
  const instance = choose(await ports.slots(request.stack), request);
  const { fleet, slot, instanceId } = instance;
  const order = request.undo ? 'undo' : 'drain';
  const began = ports.clock.elapsed();
  const commandId = await send(ports, instanceId, request);
  tell.sent(instance);
  const lines: string[] = [];
  let heard = ports.clock.elapsed();
  for (;;) {
    const { status, output, errors } = await ports.look(instanceId, commandId).catch((error: unknown) => {
      if (ports.clock.elapsed() - heard < UNHEARD_MS) return UNHEARD;
      return { status: 'Unknown', output: '', errors: reasonOf(error) };
    });
    if (status !== UNHEARD.status) heard = ports.clock.elapsed();
    if (NOT_DELIVERED.test(status)) throw unreachable(instanceId, status);
    const over = !UNDER_WAY.test(status);
    for (const line of linesOf(output, over).slice(lines.length)) {
      lines.push(line);
      tell.line(line);
    }
    if (over) {
      for (const line of linesOf(errors, true)) {
        lines.push(line);
        tell.line(line);
      }
      const tookSeconds = Math.round((ports.clock.elapsed() - began) / 100) / 10;
      return { fleet, slot, instanceId, order, met: status === 'Success', status, tookSeconds, lines };
    }
    await ports.clock.sleep(LOOK_MS);
  }
}

function choose(slots: readonly SlotInstance[], { stack, fleet, slot }: DrainRequest) {
  const fleets = [...new Set(slots.map((each) => each.fleet))];
  const names = fleets.join(', ');
  if (fleets.length === 0) {
    throw new OrderRefused(
      `stack '${stack}' must hold a fleet, got none: check the name, or deploy it with this version of the library`,
    );
  }
  if (fleet !== undefined && !fleets.includes(fleet))
    throw new OrderRefused(`stack '${stack}' has no fleet '${fleet}': choose one of ${names}`);
  if (fleet === undefined && fleets.length > 1)
    throw new OrderRefused(`stack '${stack}' has several fleets: choose one with --fleet: ${names}`);
  const own = slots.filter((each) => each.fleet === (fleet ?? fleets[0]));
  const found = own.find((each) => each.slot === slot);
  if (!found) throw new OrderRefused(`slot must be one of ${own.map((each) => each.slot).join(', ')}, got '${slot}'`);
  if (found.instanceId === undefined)
    throw new OrderRefused(`slot ${slot} must have an instance, got none: its group is making one, try again later`);
  return { ...found, instanceId: found.instanceId };
}

async function send(ports: SlotPorts, instanceId: string, { undo, slot }: DrainRequest): Promise<string> {
  try {
    const command = `python3 -u ${DRAIN_PATH}${undo ? ' --undo' : ''}`;
    return await ports.send(instanceId, command, `proxy-fleet ${undo ? 'undo drain of' : 'drain'} slot ${slot}`);
  } catch (error) {
    if ((error as Error).name === 'InvalidInstanceId') throw unreachable(instanceId, 'InvalidInstanceId');
    throw error;
  }
}

function unreachable(instanceId: string, got: string): OrderRefused {
  return new OrderRefused(
    `${instanceId} must be reached by Systems Manager, got ${got}: check its role and its way to the endpoints ssm and ssmmessages`,
  );
}

/** The last line may be half a line while the program runs. */
function linesOf(text: string, complete: boolean): string[] {
  const lines = text.split('\n');
  return (complete ? lines : lines.slice(0, -1)).map((line) => line.trimEnd()).filter((line) => line !== '');
}
