/** What `--help` says about `proxy-fleet vip` and its verbs. */
import type { Verb } from './vip-options';

const WHERE = `Where:
  --stack NAME           a deployed stack, with the usual AWS environment and your own permissions
  --fleet NAME           the fleet, when the stack has several with virtual IPs
  --region R, --profile P  in place of AWS_REGION and AWS_PROFILE
  --rehearsal [PID]      the rehearsal that runs on this machine

Besides:
  --dry-run              write nothing, tell what would follow
  --json                 one JSON document in place of text
  --no-color             no colours
  --help                 this text
`;

const STATUS =
  'Status: 0 the order is met (with --dry-run: would be), 1 it is not, 2 nothing was written: the call was wrong or refused.\n';

const VIP_MAY_BE_LEFT_OUT = 'VIP may be left out when the fleet has just one.';
const SPAN = 'D is a time like 90s, 30m, 1h or 2d; 1h if left out, at most 7d.';

export const VIP_HELP = `usage: proxy-fleet vip VERB (--stack NAME | --rehearsal) [options]

Shows and steers the virtual IPs of a fleet. An order is written into the fleet's table; the takeover function meets it.

  status                                              where every virtual IP is, and what would happen next
  move [VIP] --to SLOT                                go to that slot, once
  pin [VIP] --to SLOT [--for D]                       go to that slot and stay, even while it is worse than another
  unpin [VIP]                                         end a pin
  maintenance --slot SLOT [--for D | --end]           keep a slot free of virtual IPs, or no longer
  maintenance --virtual-ip VIP [--for D | --end]      keep a virtual IP where it is, whatever happens, or no longer

'proxy-fleet vip VERB --help' says more. ${VIP_MAY_BE_LEFT_OUT}
`;

const TEXTS: Record<Verb, string> = {
  status: `usage: proxy-fleet vip status (--stack NAME | --rehearsal) [options]

Shows where every virtual IP is, how its slot is, which orders are in force, and what the takeover function would decide now and why.
Nothing is written.
`,
  move: `usage: proxy-fleet vip move [VIP] --to SLOT (--stack NAME | --rehearsal) [options]

Has a virtual IP moved to a live slot, once, and waits until it is there, a minute or so at most. From then on it is looked after as
always: it stays unless its slot gets worse than another. Established connections break. ${VIP_MAY_BE_LEFT_OUT}
`,
  pin: `usage: proxy-fleet vip pin [VIP] --to SLOT [--for D] (--stack NAME | --rehearsal) [options]

Has a virtual IP moved to a live slot and kept there. While it is pinned it does not leave that slot, not even for a better one or when
the slot dies. ${VIP_MAY_BE_LEFT_OUT}
${SPAN}
`,
  unpin: `usage: proxy-fleet vip unpin [VIP] (--stack NAME | --rehearsal) [options]

Ends a pin, and an order to move that is not met yet. ${VIP_MAY_BE_LEFT_OUT}
`,
  maintenance: `usage: proxy-fleet vip maintenance (--slot SLOT | --virtual-ip VIP) [--for D | --end] (--stack NAME | --rehearsal) [options]

  --slot SLOT            virtual IPs leave the slot for others that are as well, and none comes until the time is over
  --virtual-ip VIP       the virtual IP stays where it is, even when its slot dies
  --for D                for how long
  --end                  no longer

${SPAN}
`,
};

export function helpOf(verb: Verb): string {
  return `${TEXTS[verb]}\n${WHERE}\n${verb === 'status' ? '' : STATUS}`;
}
