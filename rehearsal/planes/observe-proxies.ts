/** What observers in each zone of a fleet see of its proxies: the code of the probe function, on the loopback. */
import { HEALTH_PORT } from '../../lib/private/contract';
import type { ProbeRequest } from '../../lib/private/takeover-contract';
import type { Clock, Observation } from '../../runtime/ports';
import { probeAddresses } from '../../runtime/probe';
import type { ScaledClock } from '../clock';

/** A shorter timeout would measure this machine and not the proxy. Milliseconds on the wall. */
const SHORTEST_TIMEOUT_MS = 100;

export interface ObserverOptions {
  readonly zones: readonly string[];
  /** How they look. */
  readonly probe: NonNullable<ProbeRequest['probe']>;
  readonly scaled: ScaledClock;
  /** The same, until the rehearsal ends. */
  readonly clock: Clock;
  /** Whether packets to the address vanish. */
  readonly isSilent: (address: string) => boolean;
}

/** Every zone's observer sees the same here: the loopback has no zones to cut off. */
export async function observeProxies(
  addresses: string[],
  { zones, probe, scaled, clock, isSilent }: ObserverOptions,
): Promise<Observation[]> {
  const { attempts, everyMs, timeoutMs } = probe;
  const options = { ...probe, port: HEALTH_PORT, timeoutMs: Math.max(SHORTEST_TIMEOUT_MS, scaled.wall(timeoutMs)) };
  const [health] = await Promise.all([
    probeAddresses(addresses, options, scaled),
    // A look at a host that answers nothing, not even with a refusal, takes as long as a look can.
    ...(addresses.some(isSilent) ? [clock.sleep((attempts - 1) * everyMs + timeoutMs)] : []),
  ]);
  return zones.map((zone) => ({ zone, health }));
}
