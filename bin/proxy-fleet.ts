/** The command line. Bundled into one file, which child processes re-enter under the names that begin with 'child-'. */
import { budgetCommand } from '../rehearsal/budget-command';
import { runClient } from '../rehearsal/clients/client';
import { runReaper } from '../rehearsal/proxies/children';
import { runTarget } from '../rehearsal/proxies/target';
import { rehearseCommand } from '../rehearsal/rehearse-command';
import { runSimulationWorker, WORKER_COMMAND } from '../rehearsal/simulate/workers';
import { simulateCommand } from '../rehearsal/simulate-command';
import { UsageError } from '../rehearsal/usage-error';
import { drainCommand } from './drain-command';
import { vipCommand } from './vip-command';

const HELP = `proxy-fleet: rehearses the failover of a proxy fleet before it is deployed, and steers its virtual IPs and proxies afterwards

usage: proxy-fleet rehearse [cdk.out | template.json] [options]
       proxy-fleet simulate [cdk.out | template.json] [options]
       proxy-fleet budget [cdk.out | template.json] [options]
       proxy-fleet drain --stack NAME --slot SLOT [--undo] [options]
       proxy-fleet vip status|move|pin|unpin|maintenance (--stack NAME | --rehearsal) [options]

The --help of 'rehearse', 'simulate', 'budget', 'drain' and 'vip' lists the options.
`;

async function main([command, ...args]: string[]): Promise<number> {
  switch (command) {
    case 'rehearse':
      // A rehearsal that was stopped leaves timers behind that nobody waits for.
      return process.exit(await rehearseCommand(args, __filename));
    case 'simulate':
      return simulateCommand(args, __filename);
    case 'budget':
      return budgetCommand(args);
    case 'drain':
      return drainCommand(args);
    case 'vip':
      return vipCommand(args);
    case WORKER_COMMAND:
      runSimulationWorker();
      return 0;
    case 'child-reaper':
      runReaper(process.stdin, args[0] ?? '');
      return 0;
    case 'child-client':
      await runClient(JSON.parse(args[0] ?? ''), (sample) => process.stdout.write(`${JSON.stringify(sample)}\n`), untilEnded());
      return process.exit(0);
    case 'child-target':
      await runTarget(JSON.parse(args[0] ?? ''), () => process.stdout.write('listening\n'), untilEnded());
      return process.exit(0);
    case undefined:
    case '--help':
    case '-h':
    case 'help':
      process.stdout.write(HELP);
      return command === undefined ? 2 : 0;
    default:
      throw new UsageError(
        `unknown command '${command}': use 'proxy-fleet rehearse', 'simulate', 'budget', 'drain' or 'vip', or --help`,
      );
  }
}

/** Ctrl-C goes to the whole process group; children leave it to the parent, which ends them in order. They do not outlive it. */
function untilEnded(): AbortSignal {
  const ending = new AbortController();
  process.on('SIGINT', () => undefined);
  process.once('SIGTERM', () => ending.abort());
  process.stdin.resume().once('end', () => ending.abort());
  return ending.signal;
}

// A reader that went away, as in `| head`, is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const known = error instanceof UsageError;
    process.stderr.write(known ? `proxy-fleet: ${error.message}\n` : `proxy-fleet: ${(error as Error).stack ?? error}\n`);
    // What is still under way has lost its meaning. Status 1 is for broken budgets and unmet orders alone.
    process.exit(2);
  },
);
