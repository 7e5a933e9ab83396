import { ENV, type FleetTopology } from '../../lib/private/takeover-contract';
import type { TakeoverPorts } from '../ports';
import { dynamoTakeoverStore } from './dynamo-takeover-store';
import { ec2Addresses } from './ec2-addresses';
import { eventBridgeAnnouncer } from './event-bridge-announcer';
import { lambdaProber } from './lambda-prober';
import { logLines } from './log-lines';
import { systemClock } from './system-clock';

/** The ports of a takeover on AWS. */
export function takeoverPorts(environment: NodeJS.ProcessEnv, topology: FleetTopology): TakeoverPorts {
  const table = environment[ENV.table];
  if (!table)
    throw new Error(`environment variable ${ENV.table} must name the table, got nothing: deploy the fleet's stack again`);
  const addresses = ec2Addresses();
  return {
    view: addresses,
    plane: addresses,
    prober: lambdaProber(topology.probes),
    store: dynamoTakeoverStore(table),
    announcer: eventBridgeAnnouncer(),
    log: logLines,
    clock: systemClock,
  };
}
