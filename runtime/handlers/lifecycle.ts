/** The lifecycle function, which only CloudFormation invokes: primes a virtual IP at deploy and lets it go at delete. */
import type { Context } from 'aws-lambda';
import { ENV } from '../../lib/private/takeover-contract';
import { ec2Release } from '../aws/ec2-release';
import { systemClock } from '../aws/system-clock';
import { takeoverPorts } from '../aws/takeover-ports';
import { answer } from '../cloudformation-response';
import { serveVirtualIp, type VirtualIpEvent } from '../lifecycle';
import { ownerOf } from '../run-owner';
import { parseTopology } from '../topology';

/** Kept for the answer, which is tried for 40 s, and for a call to AWS that is under way when the time is up. */
const ANSWER_MS = 60_000;

export const handler = async (event: VirtualIpEvent, context: Context): Promise<void> =>
  answer(event, event.ResourceProperties.AllocationId, systemClock, async () => {
    const topology = parseTopology(process.env[ENV.topology]);
    const ports = { ...takeoverPorts(process.env, topology), release: ec2Release() };
    const deadline = systemClock.now() + context.getRemainingTimeInMillis() - ANSWER_MS;
    return serveVirtualIp(ports, topology, event, { owner: ownerOf(context), deadline });
  });
