import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { fail } from '../private/validate';

/** Fails for a command that is none. */
export function requireCommands(scope: Construct, commands: string[] = []): void {
  const bad = commands.find((command) => !Token.isUnresolved(command) && (command.trim() === '' || command.includes('\0')));
  if (bad !== undefined) fail(scope, `bootCommands must be commands of a shell, got ${JSON.stringify(bad)}: leave it out`);
}
