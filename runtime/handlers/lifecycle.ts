/** The lifecycle function, which only CloudFormation invokes: primes a virtual IP at deploy and lets it go at delete. */
import type { Context } from 'aws-lambda';
import { ENV } from '../../lib/private/contract';
import { ec2Release } from '../aws/ec2-release';
import { systemClock } from '../aws/system-clock';
import { takeoverPorts } from '../aws/takeover-ports';
import { answer } from '../cloudformation-response';
import { serveVirtualIp, type VirtualIpEvent } from '../lifecycle';
import { ownerOf } from '../run-owner';
import { parseTopology } from '../topology';

export const handler = async (event: VirtualIpEvent, context: Context): Promise<void> =>
  answer(event, event.ResourceProperties.AllocationId, systemClock, async () => {
    const topology = parseTopology(process.env[ENV.topology]);
    const ports = { ...takeoverPorts(process.env, topology), release: ec2Release() };
    return serveVirtualIp(ports, topology, event, { owner: ownerOf(context) });
  });
