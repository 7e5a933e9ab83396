import { ENV, type FleetTopology } from '../../lib/private/contract';
import type { TakeoverPorts } from '../ports';
import { consoleLog } from './console-log';
import { dynamoTakeoverStore } from './dynamo-takeover-store';
import { ec2Addresses } from './ec2-addresses';
import { eventBridgeAnnouncer } from './event-bridge-announcer';
import { lambdaProber } from './lambda-prober';
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
    log: consoleLog,
    clock: systemClock,
  };
}
