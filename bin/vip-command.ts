/** `proxy-fleet vip`: shows and steers the virtual IPs of a fleet. */
import { painter, wantsColor } from '../rehearsal/report/style';
import { UsageError } from '../rehearsal/usage-error';
import { helpOf, VIP_HELP } from './vip-help';
import { parseVip, VERBS, type Verb } from './vip-options';
import { targetAt } from './vip-target';
import { renderReport, renderStatus } from './vip-text';

/** @returns the process's status */
export async function vipCommand([verb, ...args]: readonly string[]): Promise<number> {
  if (verb === undefined || verb === '--help' || verb === '-h' || verb === 'help') {
    process.stdout.write(VIP_HELP);
    return verb === undefined ? 2 : 0;
  }
  if (!isVerb(verb)) throw new UsageError(`unknown verb '${verb}': use ${VERBS.join(', ')}, or --help`);
  const call = parseVip(verb, args);
  if (!call) {
    process.stdout.write(helpOf(verb));
    return 0;
  }
  const { order, dryRun } = call;
  const target = await targetAt(call.place);
  const color = wantsColor(process.stdout, { color: call.color, env: process.env });
  const page = { paint: painter(color), width: process.stdout.columns ?? 100 };
  const print = <T>(document: T, render: (document: T, to: typeof page) => string) =>
    process.stdout.write(call.json ? `${JSON.stringify(document, undefined, 2)}\n` : render(document, page));
  if (!order) {
    print(await target.status(), renderStatus);
    return 0;
  }
  const report = await target.order(order, { dryRun });
  print(report, renderReport);
  return report.met ? 0 : 1;
}

function isVerb(word: string): word is Verb {
  return (VERBS as readonly string[]).includes(word);
}
