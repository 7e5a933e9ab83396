/** The probe function: looks at proxies from its zone, and needs no AWS API for it. */
import { HEALTH_PORT } from '../../lib/private/contract';
import { PROBE, type ProbeRequest, type ProbeResponse } from '../../lib/private/takeover-contract';
import { systemClock } from '../aws/system-clock';
import { probeAddresses } from '../probe';

export const handler = async ({ addresses, probe = PROBE }: ProbeRequest): Promise<ProbeResponse> => ({
  health: await probeAddresses(addresses, { port: HEALTH_PORT, ...probe }, systemClock),
});
