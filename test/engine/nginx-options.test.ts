/** What nginx is told by its options, what it refuses, and values that only a deploy knows. */
import { CfnParameter, Duration, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  IpAddressType,
  ListenerCondition,
  ListenerProtocol,
  type NginxOptions,
  ProxyEngine,
  ProxyProtocolVersion,
  ProxyTargets,
  TargetHealthCheck,
  TargetProtocol,
} from 'cdk-proxy-fleet';
import { fleetOf, userDataOf } from '../lib/fixture';
import { temporaryDirectory } from '../templates/synth';
import { at, certificate, listener, newStack, nginxFaults, nginxText } from './listeners';
import { complaintsOf, NGINX } from './nginx-process';

const directory = temporaryDirectory();
const validate = (options: NginxOptions) => () => ProxyEngine.nginx(options)._validate(newStack());

test('a fleet with nginx installs it, checks its configuration and runs it in the foreground without root', () => {
  const { stack } = fleetOf({ engine: ProxyEngine.nginx({ packageVersion: '1:1.26.3-1.amzn2023.0.1' }), zones: 2 });

  const userData = userDataOf(stack);

  expect(userData).toContain(' nginx-1:1.26.3-1.amzn2023.0.1\n');
  expect(userData).toContain('- path: /etc/proxy-fleet/nginx.conf');
  expect(userData).toContain('/usr/sbin/nginx -e stderr -c /etc/proxy-fleet/nginx.conf -t -q');
  expect(userData).toMatch(/ExecStart=\/usr\/sbin\/nginx -e stderr -c \/etc\/proxy-fleet\/nginx.conf\n/);
  expect(userData).toContain('User=nginx');
  expect(userData).toContain('server 10.0.0.5:8080 max_fails=3 fail_timeout=15s;');
});

test('the module for TCP is installed where a listener needs it, in the same version', () => {
  const engine = ProxyEngine.nginx({ packageVersion: '1.26.3' });
  const packages = (port: number) => engine._bind([listener({ port })], IpAddressType.IPV4).packages;

  expect([packages(80), packages(5432)]).toEqual([['nginx-1.26.3'], ['nginx-1.26.3', 'nginx-mod-stream-1.26.3']]);
});

test('what nginx cannot do keeps a stack from being made', () => {
  const { stack, fleet } = fleetOf({ engine: ProxyEngine.nginx(), zones: 2 });
  fleet.addListener('Named', { port: 8080 }).addTargets('App', { targets: ProxyTargets.dnsName('app.example.com'), port: 8080 });

  expect(() => Template.fromStack(stack)).toThrow(/nginx follows no names while it runs, got 'app.example.com'/);
});

test.each<[string, () => string[]]>([
  [
    "nginx follows no names while it runs, got 'a.example.com': use ProxyTargets.ipAddresses(), or ProxyEngine.haproxy() [targets http-80-App]",
    () => nginxFaults(listener({ port: 80 }, { App: at('10.0.0.5', 80, { targets: ProxyTargets.dnsName('a.example.com') }) })),
  ],
  [
    'a listener of nginx has 1 certificate, got 2: put all host names into one, or use ProxyEngine.haproxy() [listener 443]',
    () => {
      const stack = newStack();
      return nginxFaults(listener({ port: 443, certificates: [certificate('a', stack), certificate('b', stack)] }));
    },
  ],
  [
    'nginx sends the PROXY protocol in version V1 only, got V2: use ProxyProtocolVersion.V1, or ProxyEngine.haproxy() [targets tcp-1-App]',
    () => nginxFaults(listener({ port: 1 }, { App: at('10.0.0.5', 80, { sendProxyProtocol: ProxyProtocolVersion.V2 }) })),
  ],
  [
    "ids of targets must differ in more than their case for nginx, got 'app' twice: rename one [listener 80]",
    () => {
      const rule = { conditions: [ListenerCondition.hostHeaders(['a'])], priority: 1 };
      return nginxFaults(listener({ port: 80 }, { App: at('10.0.0.5', 80), app: at('10.0.0.6', 80, rule) })).map((fault) =>
        fault.replace("'App'", "'app'"),
      );
    },
  ],
  [
    'streamDirectives need a TCP or TLS listener, got none: add one, or leave them out',
    () => ProxyEngine.nginx({ streamDirectives: ['# x'] })._faults([listener({ port: 80 })]),
  ],
])('refuses with: %s', (message, faults) => {
  expect(faults()).toEqual([message]);
});

test('options that are wrong are refused where the fleet is made', () => {
  expect(validate({ packageVersion: '1.26; reboot' })).toThrow("packageVersion must be a version as 'dnf list' shows it");
  expect(validate({ httpDirectives: ['two\nlines'] })).toThrow('rawDirectives must be lines of text');
  expect(validate({ streamDirectives: [' '] })).toThrow('rawDirectives must be lines of text');
  expect(validate({ packageVersion: Token.asString({ Ref: 'Version' }) })).not.toThrow();
});

test('lines of a user stand in their sections', () => {
  const text = nginxText(
    [
      listener(
        { port: 80, rawDirectives: ['client_max_body_size 5m;'] },
        { App: at('10.0.0.5', 80, { rawDirectives: ['ip_hash;'] }) },
      ),
      listener(
        { port: 5432, rawDirectives: ['tcp_nodelay off;'] },
        { App: at('10.0.0.5', 80, { rawDirectives: ['hash $remote_addr;'] }) },
      ),
    ],
    { httpDirectives: ['geo $a { default b; }'], streamDirectives: ['geo $c { default d; }'] },
    IpAddressType.DUAL_STACK,
  );

  expect(text).toMatch(
    /http \{[\s\S]*geo \$a[\s\S]*upstream http-80-App \{\n.*\n *ip_hash;\n *server[\s\S]*client_max_body_size 5m;/,
  );
  expect(text).toMatch(/stream \{[\s\S]*geo \$c[\s\S]*upstream tcp-5432-App \{\n.*\n *hash [\s\S]*tcp_nodelay off;/);
  expect(text).not.toContain('least_conn');
  expect(text.match(/^ *listen \[::\]:\d+ backlog=16384 so_keepalive/gm)).toHaveLength(3);
  if (NGINX) expect(complaintsOf(text, directory)).toBe('');
});

test('what only a deploy knows arrives in the configuration', () => {
  const stack = newStack();
  const number = (id: string) => new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber;
  const text = (id: string) => new CfnParameter(stack, id).valueAsString;
  const configuration = nginxText([
    listener(
      {
        port: number('Port'),
        protocol: ListenerProtocol.HTTP,
        maxConnections: number('Most'),
        connectTimeout: Duration.seconds(number('Connect')),
      },
      {
        App: {
          targets: ProxyTargets.weighted([{ targets: ProxyTargets.ipAddresses([text('Address')]), weight: number('Weight') }]),
          port: number('TargetPort'),
          protocol: TargetProtocol.HTTPS,
          tlsServerName: text('Name'),
          healthCheck: TargetHealthCheck.http({
            path: text('Path'),
            fall: number('Fall'),
            rise: number('Rise'),
            interval: Duration.seconds(number('Interval')),
          }),
          conditions: [ListenerCondition.hostHeaders([`*.${text('Host')}`]), ListenerCondition.pathPatterns([text('Prefix')])],
          priority: 1,
        },
      },
      stack,
    ),
  ]);

  const parts: (string | { Ref: string })[] = stack.resolve(configuration)['Fn::Join'][1];
  const resolved = parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('');

  for (const line of [
    'listen <Port> backlog=16384 so_keepalive=5m:30s:3;',
    'limit_conn http-<Port> <Most>;',
    'proxy_connect_timeout <Connect>s;',
    'server <Address>:<TargetPort> weight=<Weight> max_fails=<Fall> fail_timeout=<Interval>s;',
    'proxy_ssl_name <Name>;',
    'proxy_pass "https://check-1<Path>";',
    'map $host$uri $fleet_group_<Port> {',
    '"~(?s)^(?=(?i:(?:[^/]*\\.\\Q<Host>\\E))/)(?=[^/]*(?:\\Q<Prefix>\\E)\\z)" App;',
    'error_page 418 = "@${fleet_flow}-http-<Port>-$fleet_group_<Port>";',
  ]) {
    expect(resolved).toContain(line);
  }
  expect(resolved).not.toMatch(/e\+\d|Token\[/);
});
