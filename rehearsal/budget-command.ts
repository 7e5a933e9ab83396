/** `proxy-fleet budget`: how long clients may be without an answer, by name and virtual IP, computed from a template alone. */
import { parseArgs } from 'node:util';
import { readBudgets } from './budget/read-budgets';
import { renderBudgets } from './budget/table';
import { Figures } from './options';
import { wantsColor } from './report/style';
import { type Assumptions, DEFAULT_ASSUMPTIONS } from './template/budgets';
import { loadTemplate } from './template/load-template';
import { UsageError } from './usage-error';

const HELP = `usage: proxy-fleet budget [cdk.out | template.json] [options]

Reads a synthesized template and tells the longest outage of a client for each name and each virtual IP in it: the sum of what detection,
propagation and caches take, or of detection, decision and the move of an address. A name that leads to virtual IPs has both. The
template may be anybody's: names and health checks are enough.

  --stack NAME         the stack, when the directory holds several
  --propagation N      assumed seconds from a health check to DNS answers, at most (default ${DEFAULT_ASSUMPTIONS.propagationSeconds})
  --address-move N     assumed seconds from an address move to traffic, at most (default ${DEFAULT_ASSUMPTIONS.addressMoveSeconds})
  --json               one JSON document in place of a table
  --no-color           no colours
  --help               this text

Status: 0 the budgets were told, 2 the call was wrong.
`;

const OPTIONS = {
  stack: { type: 'string' },
  propagation: { type: 'string', default: String(DEFAULT_ASSUMPTIONS.propagationSeconds) },
  'address-move': { type: 'string', default: String(DEFAULT_ASSUMPTIONS.addressMoveSeconds) },
  json: { type: 'boolean', default: false },
  'no-color': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @returns the process's status */
export function budgetCommand(args: string[]): number {
  const { values, positionals } = parse(args);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (positionals.length > 1)
    throw new UsageError(`one directory or template at a time, got ${positionals.length}: leave out all but one`);
  const figures = new Figures('budget');
  const assumptions: Assumptions = {
    propagationSeconds: figures.number('propagation', values.propagation, 0, 600),
    addressMoveSeconds: figures.number('address-move', values['address-move'], 0, 600),
  };
  const budgets = readBudgets(loadTemplate(positionals[0] ?? 'cdk.out', values.stack), assumptions);
  const color = wantsColor(process.stdout, { color: values['no-color'] ? false : undefined, env: process.env });
  process.stdout.write(
    values.json
      ? `${JSON.stringify(budgets, undefined, 2)}\n`
      : renderBudgets(budgets, { color, width: process.stdout.columns ?? 100 }),
  );
  return 0;
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('\n')[0]}: see proxy-fleet budget --help`);
  }
}
