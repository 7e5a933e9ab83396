/** `proxy-fleet drain`: takes the proxy of a slot out of service without a lost request, or puts it back. */
import { type DrainReport, orderDrain } from '../runtime/drain-order';
import { type DrainCall, parseDrain } from './drain-options';
import { inOneLine, useAws } from './vip-deployed';

const HELP = `usage: proxy-fleet drain --stack NAME --slot SLOT [--undo] [options]

Takes the proxy of a slot out of service and loses no request: virtual IPs leave it, its ready path fails while it serves on until no
name leads to it any more, and it stops when its connections have ended. It takes minutes; the instance goes on by itself when this
command is ended. The instance stays, and is drained by itself when its group ends it. Established connections through a virtual IP
break when it moves.

  --slot SLOT            the slot: 1, 2, ..., or of an elastic fleet the instance: i-0123...
  --undo                 end a drain that is under way, and have the proxy serve again
  --stack NAME           a deployed stack, with the usual AWS environment and your own permissions
  --fleet NAME           the fleet, when the stack has several
  --region R, --profile P  in place of AWS_REGION and AWS_PROFILE
  --json                 one JSON document at the end in place of text
  --help                 this text

You need cloudformation:ListStackResources, autoscaling:DescribeAutoScalingGroups, ssm:SendCommand (with the document
AWS-RunShellScript) and ssm:GetCommandInvocation.

Status: 0 done, 1 the instance could not do it, 2 nothing was done: the call was wrong or refused.
`;

/** @returns the process's status */
export async function drainCommand(args: readonly string[]): Promise<number> {
  const call = args.length === 0 ? undefined : parseDrain(args);
  if (!call) {
    process.stdout.write(HELP);
    return args.length === 0 ? 2 : 0;
  }
  const report = await inOneLine(() => order(call));
  const { met, status, tookSeconds } = report;
  if (call.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  else
    process.stdout.write(
      met ? `done in ${tookSeconds} s\n` : `not done, the command ended as ${status} after ${tookSeconds} s\n`,
    );
  return met ? 0 : 1;
}

async function order({ request, region, profile, json }: DrainCall): Promise<DrainReport> {
  useAws({ region, profile });
  const { deployedSlots } = await import('../runtime/aws/deployed-slots.js');
  const tell = (text: string) => {
    if (!json) process.stdout.write(`${text}\n`);
  };
  return orderDrain(deployedSlots(), request, {
    sent: ({ fleet, slot, instanceId }) =>
      tell(`${request.undo ? 'undo drain of' : 'drain'} slot ${slot} of ${fleet}, ${instanceId}`),
    line: (line) => tell(`  ${line}`),
  });
}
