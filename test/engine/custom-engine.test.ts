import { Fn, Token } from 'aws-cdk-lib';
import { type CustomEngineOptions, IpAddressType, ProxyEngine } from 'cdk-proxy-fleet';
import { listener, newStack } from './listeners';

const SQUID: CustomEngineOptions = {
  packages: ['squid'],
  files: [{ path: '/etc/squid/fleet.conf', content: 'http_port 3128\n' }],
  checkCommand: '/usr/sbin/squid -k parse -f /etc/squid/fleet.conf',
  startCommand: '/usr/sbin/squid --foreground -f /etc/squid/fleet.conf',
  user: 'squid',
};

const validate = (options: Partial<CustomEngineOptions>) => () =>
  ProxyEngine.custom({ ...SQUID, ...options })._validate(newStack());

test('an engine of your own runs as it is told, whatever the listeners', () => {
  const engine = ProxyEngine.custom({ ...SQUID, stopSignal: 'SIGQUIT', notifiesSystemd: true });

  const config = engine._bind([listener({ port: 3128 })], IpAddressType.IPV4);

  const { notifiesSystemd, ...rest } = { ...SQUID, notifiesSystemd: true };
  expect(config).toEqual({
    ...rest,
    reloadCommand: '/bin/kill -HUP $MAINPID',
    stopSignal: 'SIGQUIT',
    notifies: notifiesSystemd,
  });
  expect(engine._faults([listener({ port: 3128 })])).toEqual([]);
  expect(validate({})).not.toThrow();
});

test('it needs no files, ends upon SIGTERM and tells systemd nothing unless told otherwise', () => {
  const config = ProxyEngine.custom({ ...SQUID, files: undefined })._bind([], IpAddressType.IPV4);

  expect(config).toMatchObject({ files: [], stopSignal: 'SIGTERM', notifies: false });
});

test.each<[string, Partial<CustomEngineOptions>]>([
  ['a package must be a name as dnf takes it, got "squid; reboot": change it [Test]', { packages: ['squid; reboot'] }],
  ['packages must be a list of known length, got a token', { packages: Fn.split(',', Fn.ref('Packages')) }],
  ['path of a file must be absolute, and no folder, got "etc/x"', { files: [{ path: 'etc/x', content: '' }] }],
  ['path of a file must be absolute, and no folder, got "/etc/"', { files: [{ path: '/etc/', content: '' }] }],
  ["a file must be named once, got '/a' twice: remove one", { files: ['', 'x'].map((content) => ({ path: '/a', content })) }],
  ['begins at its left edge', { files: [{ path: '/a', content: '\n  indented\n' }] }],
  ['begins at its left edge', { files: [{ path: '/a', content: 'bell \u0007' }] }],
  ['checkCommand must be one line that starts with an absolute path, got "squid -k parse"', { checkCommand: 'squid -k parse' }],
  ['startCommand must be one line', { startCommand: '/usr/sbin/squid\n/bin/other' }],
  ['reloadCommand must be one line', { reloadCommand: '' }],
  ['stopSignal must be the name of a signal, such as \'SIGQUIT\', got "QUIT"', { stopSignal: 'QUIT' }],
  ['user must be the name of a user', { user: 'Squid User' }],
  ["user must be without privileges, got 'root'", { user: 'root' }],
])('says: %s', (message, options) => {
  expect(validate(options)).toThrow(message);
});

test('what only a deploy knows passes', () => {
  const token = Token.asString({ Ref: 'Parameter' });

  expect(
    validate({
      packages: [token],
      files: [
        { path: token, content: token },
        { path: token, content: token },
      ],
      checkCommand: token,
      startCommand: token,
      reloadCommand: token,
      stopSignal: token,
      user: token,
    }),
  ).not.toThrow();
});
