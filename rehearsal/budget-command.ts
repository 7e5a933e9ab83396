/** `proxy-fleet budget`: how long clients may be without an answer, by name and virtual IP, computed from a template alone. */
import { readBudgets } from './budget/read-budgets';
import { renderBudgets } from './budget/table';
import { ASSUMPTIONS_HELP, Figures, parseOptions, STACK_HELP, TEMPLATE_OPTIONS, templatePath } from './options';
import { wantsColor } from './report/style';
import { loadTemplate } from './template/load-template';

const HELP = `usage: proxy-fleet budget [cdk.out | template.json] [options]

Reads a synthesized template and tells the longest outage of a client for each name and each virtual IP in it: the sum of what detection,
propagation and caches take, or of detection, decision and the move of an address. A name that leads to virtual IPs has both. The
template may be anybody's: names and health checks are enough.

${STACK_HELP}
${ASSUMPTIONS_HELP}
  --json               one JSON document in place of a table
  --no-color           no colours
  --help               this text

Status: 0 the budgets were told, 2 the call was wrong.
`;

const OPTIONS = {
  ...TEMPLATE_OPTIONS,
  json: { type: 'boolean', default: false },
} as const;

/** @returns the process's status */
export function budgetCommand(args: string[]): number {
  const { values, positionals } = parseOptions('budget', args, OPTIONS);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const path = templatePath(positionals);
  const assumptions = new Figures('budget').assumptions(values);
  const budgets = readBudgets(loadTemplate(path, values.stack), assumptions);
  const color = wantsColor(process.stdout, { color: values['no-color'] ? false : undefined, env: process.env });
  process.stdout.write(
    values.json
      ? `${JSON.stringify(budgets, undefined, 2)}\n`
      : renderBudgets(budgets, { color, width: process.stdout.columns ?? 100 }),
  );
  return 0;
}
