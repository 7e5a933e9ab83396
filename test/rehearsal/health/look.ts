/** One probe at a port of this machine, and the endpoints that stand there until `closeAll`. */
import type { RequestListener } from 'node:http';
import type { EndpointCheck } from '../../../rehearsal/health/health-check';
import { type ProbeOptions, type ProbeResult, socketProbe } from '../../../rehearsal/health/probe';
import { ADDRESS, checkOf, type Endpoint, listenHttp } from './endpoint';

const never = new AbortController().signal;
const endpoints: Endpoint[] = [];

/** Of checks that have an address. */
const nobody = async (): Promise<string[]> => [];

/** Looks as if the port was that of the check's public address. */
export function look(
  port: number,
  check: Partial<EndpointCheck> = {},
  timeScale = 20,
  signal = never,
  resolve: ProbeOptions['resolve'] = nobody,
): Promise<ProbeResult> {
  const probe = socketProbe({
    dial: () => ({ address: ADDRESS, port }),
    resolve,
    wall: (simulated) => simulated / timeScale,
  });
  return probe(checkOf(check), signal);
}

export async function keep(starting: Promise<Endpoint>): Promise<Endpoint> {
  const endpoint = await starting;
  endpoints.push(endpoint);
  return endpoint;
}

export function serve(handler: RequestListener): Promise<Endpoint> {
  return keep(listenHttp(handler));
}

export async function closeAll(): Promise<void> {
  await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close()));
}
