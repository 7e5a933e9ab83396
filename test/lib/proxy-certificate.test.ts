/** Certificates of listeners: permissions, what instances are told, alarms, and what is refused. */
import { CfnParameter, Duration, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ListenerProtocol, ProxyCertificate, type ProxyFleet, ProxyTargets } from 'cdk-proxy-fleet';
import { writtenFiles } from '../../rehearsal/template/written-files';
import { type Statement, statementsByRole } from '../templates/permissions';
import type { SynthesizedTemplate } from '../templates/synth';
import { fleetOf, userDataOf } from './fixture';

const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/tls-a1b2c3';
const ACM_ARN = 'arn:aws:acm:eu-central-1:123456789012:certificate/1-2';
const NAME = /^[A-Za-z0-9]+-[0-9a-f]{8}$/;

function addHttps(fleet: ProxyFleet, certificates: ProxyCertificate[], port = 443): void {
  fleet
    .addListener(`Https${port}`, { port, protocol: ListenerProtocol.HTTPS, certificates })
    .addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });
}

const importedSecret = (stack: Stack, arn = SECRET_ARN) => secretsmanager.Secret.fromSecretCompleteArn(stack, 'ShopTls', arn);
const importedCertificate = (stack: Stack, arn = ACM_ARN) => acm.Certificate.fromCertificateArn(stack, 'Shop', arn);

/** A fleet of two slots whose HTTPS listener has these certificates. */
function scene(certificatesOf: (stack: Stack) => ProxyCertificate[]) {
  const { stack, fleet } = fleetOf({ zones: 2 });
  addHttps(fleet, certificatesOf(stack));
  return { stack, fleet };
}

/** What the role may do beyond what every fleet's may. */
function permissionsOf(stack: Stack): Statement[] {
  const template = Template.fromStack(stack).toJSON() as SynthesizedTemplate;
  return (statementsByRole(template).EdgeRole ?? []).filter(
    ({ actions }) => !/^(ssm|ssmmessages|s3|cloudformation|autoscaling):/.test(actions[0] ?? ''),
  );
}

const PUT_METRIC: Statement = {
  effect: 'Allow',
  actions: ['cloudwatch:PutMetricData'],
  resources: ['*'],
  condition: { StringEquals: { 'cloudwatch:namespace': 'ProxyFleet' } },
};

const filesOf = (stack: Stack) => writtenFiles(userDataOf(stack));
/** The JSON that instances read, with references as text. */
function toldOf(stack: Stack) {
  const text = filesOf(stack).find(({ path }) => path.endsWith('/certificates.json'))?.content ?? 'null';
  return JSON.parse(text.replace(/\{"Ref":"([^"]+)"\}/g, '<$1>'));
}
const bindOf = (stack: Stack, port = 443) =>
  filesOf(stack)
    .find(({ path }) => path.endsWith('/haproxy.cfg'))
    ?.content.split('\n')
    .find((line) => line.includes(`bind *:${port}`)) ?? '';

test('a secret can be read by the proxies, that one alone, and the key it is encrypted with can be used', () => {
  const { stack } = scene((scope) => {
    const key = new kms.Key(scope, 'Key');
    return [ProxyCertificate.secretsManager(new secretsmanager.Secret(scope, 'ShopTls', { encryptionKey: key }))];
  });

  expect(permissionsOf(stack)).toEqual([
    PUT_METRIC,
    { effect: 'Allow', actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], resources: ['ShopTls'] },
  ]);
  const [key] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));
  const uses = JSON.stringify(
    key?.Properties.KeyPolicy.Statement.filter((one: { Action: string }) => one.Action === 'kms:Decrypt'),
  );
  expect(uses).toMatch(/EdgeRole/);
});

test('a certificate of ACM can be exported by the proxies, that one alone', () => {
  const { stack } = scene((scope) => [ProxyCertificate.acm(importedCertificate(scope))]);

  expect(permissionsOf(stack)).toEqual([
    PUT_METRIC,
    { effect: 'Allow', actions: ['acm:ExportCertificate'], resources: [ACM_ARN] },
  ]);
});

test('instances are told where each certificate is, and no secret', () => {
  const { stack } = scene((scope) => [
    ProxyCertificate.secretsManager(importedSecret(scope)),
    ProxyCertificate.acm(importedCertificate(scope)),
  ]);

  const told = toldOf(stack);

  expect(told).toEqual({
    fleet: 'Test/Edge',
    region: '<AWS::Region>',
    user: 'haproxy',
    certificates: [
      { name: expect.stringMatching(NAME), from: 'secretsmanager', arn: SECRET_ARN },
      { name: expect.stringMatching(NAME), from: 'acm', arn: ACM_ARN },
    ],
  });
  const crt = told.certificates.map(({ name }: { name: string }) => ` crt /etc/proxy-fleet/certificates/${name}.pem`).join('');
  expect(bindOf(stack)).toContain(` ssl${crt} alpn`);
  expect(userDataOf(stack)).not.toMatch(/resolve:secretsmanager|PRIVATE KEY|[Pp]assphrase/);
});

test('the boot script fetches them before the configuration is checked, and sees to their renewal', () => {
  const { stack } = scene((scope) => [ProxyCertificate.secretsManager(importedSecret(scope))]);
  const steps = (filesOf(stack).find(({ path }) => path.endsWith('/boot.sh'))?.content ?? '').split('\n');

  const order = [
    'retry 60 10 dnf install -y awscli-2 nftables haproxy openssl',
    // At every later start of the machine, too.
    'systemctl enable proxy-fleet proxy-fleet-drain proxy-fleet-certificates.service',
    'retry 12 10 /usr/bin/python3 -u /opt/proxy-fleet/certificates.py',
    '/usr/sbin/haproxy -c -f /etc/proxy-fleet/haproxy.cfg',
    'systemctl restart proxy-fleet',
    'systemctl restart proxy-fleet-watchdog proxy-fleet-guard proxy-fleet-zone-affinity proxy-fleet-certificates.timer',
  ].map((step) => steps.indexOf(step));

  expect(order.every((at, index) => at > (order[index - 1] ?? 0))).toBe(true);
});

test('ARNs that only a deploy knows stay references', () => {
  const { stack } = scene((scope) => {
    const parameter = (id: string) => new CfnParameter(scope, id).valueAsString;
    return [
      ProxyCertificate.secretsManager(importedSecret(scope, parameter('SecretArn'))),
      ProxyCertificate.acm(importedCertificate(scope, parameter('CertificateArn'))),
    ];
  });

  expect(toldOf(stack).certificates.map(({ arn }: { arn: string }) => arn)).toEqual(['<SecretArn>', '<CertificateArn>']);
  expect(permissionsOf(stack).flatMap(({ resources }) => resources)).toEqual(['*', 'SecretArn', 'CertificateArn']);
});

test('the same certificate for two listeners, or twice for one, is one file, one permission and one alarm', () => {
  const { stack, fleet } = fleetOf({ zones: 2 });
  const secret = importedSecret(stack);
  addHttps(fleet, [ProxyCertificate.secretsManager(secret), ProxyCertificate.secretsManager(secret)]);
  addHttps(fleet, [ProxyCertificate.secretsManager(secret)], 8443);

  expect(toldOf(stack).certificates).toHaveLength(1);
  expect(permissionsOf(stack)).toHaveLength(2);
  expect(bindOf(stack).match(/ crt /g)).toHaveLength(1);
  expect(bindOf(stack, 8443).match(/ crt (\S+)/)?.[1]).toBe(bindOf(stack).match(/ crt (\S+)/)?.[1]);
  Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Alarm', 1);
});

test('secrets of the same id in different places have files of their own', () => {
  const { stack } = scene((scope) => {
    const inner = new secretsmanager.Secret(scope, 'One');
    return [new secretsmanager.Secret(inner, 'Tls'), new secretsmanager.Secret(scope, 'Tls')].map((secret) =>
      ProxyCertificate.secretsManager(secret),
    );
  });

  const names = toldOf(stack).certificates.map(({ name }: { name: string }) => name);

  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(name).toMatch(/^Tls-/);
});

test('an alarm tells two weeks before a certificate expires, or when nobody has told for a day, once the proxies are there', () => {
  const { stack, fleet } = scene((scope) => [ProxyCertificate.secretsManager(importedSecret(scope))]);
  const [name] = toldOf(stack).certificates.map((certificate: { name: string }) => certificate.name);

  const alarms = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));

  expect(alarms.map(({ Properties }) => Properties)).toEqual([
    expect.objectContaining({
      Namespace: 'ProxyFleet',
      MetricName: 'DaysToExpiry',
      Dimensions: [
        { Name: 'Certificate', Value: name },
        { Name: 'Fleet', Value: 'Test/Edge' },
      ],
      Statistic: 'Minimum',
      Period: 86_400,
      EvaluationPeriods: 1,
      Threshold: 14,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    }),
  ]);
  const groups = Object.keys(Template.fromStack(stack).findResources('AWS::AutoScaling::AutoScalingGroup'));
  expect(alarms[0]?.DependsOn).toEqual(expect.arrayContaining(groups));
  expect(fleet.certificateAlarms).toHaveLength(1);
});

test('days to expiry of a certificate are a metric', () => {
  const { stack, fleet } = fleetOf({ zones: 2 });
  const certificate = ProxyCertificate.secretsManager(importedSecret(stack));
  addHttps(fleet, [certificate]);

  const metric = fleet.metricCertificateDaysToExpiry(certificate, { period: Duration.hours(12) });

  expect(metric.dimensions).toEqual({ Fleet: 'Test/Edge', Certificate: toldOf(stack).certificates[0].name });
  expect([metric.metricName, metric.statistic, metric.period.toHours()]).toEqual(['DaysToExpiry', 'Minimum', 12]);
});

test('a fleet without certificates has nothing of them', () => {
  const { stack, fleet } = fleetOf({ zones: 2 });

  expect([permissionsOf(stack), fleet.certificateAlarms]).toEqual([[], []]);
  expect(userDataOf(stack)).not.toMatch(/certificate|openssl/);
});

test('a certificate of ACM that keeps its key is refused, and one that gives it out is not', () => {
  const { stack, fleet } = fleetOf({ zones: 2 });
  const made = (id: string, allowExport?: boolean) =>
    ProxyCertificate.acm(new acm.Certificate(stack, id, { domainName: 'shop.example.com', allowExport }));

  expect(() => addHttps(fleet, [made('Locked')])).toThrow(
    "certificate of ACM must be exportable, got 'Test/Locked', which is not: set its 'allowExport' [Test/Edge]",
  );
  expect(() => addHttps(fleet, [made('Open', true)], 8443)).not.toThrow();
});

test.each([
  [ListenerProtocol.HTTPS, 0, 'a listener of HTTPS needs at least 1 certificate, got 0: add a ProxyCertificate'],
  [ListenerProtocol.TLS, 0, 'a listener of TLS needs at least 1 certificate, got 0: add a ProxyCertificate'],
  [ListenerProtocol.HTTP, 1, 'certificates are for HTTPS and TLS listeners, got 1 on HTTP: choose another protocol'],
  [ListenerProtocol.TCP, 1, 'certificates are for HTTPS and TLS listeners, got 1 on TCP: choose another protocol'],
])('a listener of %s with %d certificates is refused', (protocol, count, message) => {
  const { stack, fleet } = fleetOf({ zones: 2 });
  const certificates = count === 0 ? [] : [ProxyCertificate.secretsManager(importedSecret(stack))];

  expect(() => fleet.addListener('Bad', { port: 9443, protocol, certificates })).toThrow(message);
});
