import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { fail } from '../private/validate';
import type { CustomEngineFile, CustomEngineOptions } from './custom-engine-options';
import type { Engine } from './engine-config';

/** Nothing that a shell would read as more than a word. */
const PACKAGE = /^[A-Za-z0-9][A-Za-z0-9.+~:_-]*$/;
const COMMAND = /^\/\S+( \P{Cc}*)?$/u;
const FILE = /^\/\S*[^\s/]$/;
/** User data is a document of indented text, in which a first line says how far all are indented. */
const CONTENT = /^(?!\n* )(?:[\n\t]|\P{Cc})*$/u;
const SIGNAL = /^SIG[A-Z0-9+-]+$/;
const USER = /^[a-z_][a-z0-9_-]{0,31}$/;

/** What it serves its user wrote down, so no listener is beyond it. */
export function customEngine(options: CustomEngineOptions): Engine {
  const { reloadCommand = '/bin/kill -HUP $MAINPID', stopSignal = 'SIGTERM', files = [] } = options;
  const { checkCommand, startCommand, packages, user, notifiesSystemd } = options;
  return {
    validate: (scope) => {
      requirePackages(scope, packages);
      requireFiles(scope, files);
      for (const [name, command] of Object.entries({ checkCommand, startCommand, reloadCommand })) {
        requireText(scope, name, command, COMMAND, 'one line that starts with an absolute path');
      }
      requireText(scope, 'stopSignal', stopSignal, SIGNAL, "the name of a signal, such as 'SIGQUIT'");
      requireText(scope, 'user', user, USER, 'the name of a user, of small letters, digits, - and _');
      if (user === 'root') fail(scope, "user must be without privileges, got 'root': name the user that the package makes");
    },
    faults: () => [],
    bind: () => ({
      packages: [...packages],
      files: files.map(({ path, content }) => ({ path, content })),
      checkCommand,
      startCommand,
      reloadCommand,
      stopSignal,
      notifies: notifiesSystemd ?? false,
      user,
    }),
  };
}

function requireText(scope: Construct, what: string, value: string, pattern: RegExp, allowed: string): void {
  if (!Token.isUnresolved(value) && !pattern.test(value)) {
    fail(scope, `${what} must be ${allowed}, got ${JSON.stringify(value)}: change it`);
  }
}

function requirePackages(scope: Construct, packages: string[]): void {
  if (Token.isUnresolved(packages)) fail(scope, 'packages must be a list of known length, got a token: name them one by one');
  for (const name of packages) requireText(scope, 'a package', name, PACKAGE, 'a name as dnf takes it');
}

function requireFiles(scope: Construct, files: CustomEngineFile[]): void {
  if (Token.isUnresolved(files)) fail(scope, 'files must be a list of known length, got a token: name them one by one');
  const paths = files.map(({ path }) => path).filter((path) => !Token.isUnresolved(path));
  for (const path of paths) requireText(scope, 'path of a file', path, FILE, 'absolute, and no folder');
  for (const { path, content } of files) {
    if (!Token.isUnresolved(content) && !CONTENT.test(content)) {
      fail(scope, `content of a file must be text whose first line begins at its left edge, got another in '${path}': change it`);
    }
  }
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) fail(scope, `a file must be named once, got '${twice}' twice: remove one`);
}
