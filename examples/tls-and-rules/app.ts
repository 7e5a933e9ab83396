import { App, Duration, Fn, Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  ListenerCondition,
  MultivalueEndpoint,
  ProxyCertificate,
  ProxyFleet,
  ProxyTargets,
  TargetHealthCheck,
  TargetProtocol,
} from 'cdk-proxy-fleet';

const app = new App();
const stack = new Stack(app, 'TlsAndRules');

const vpc = new ec2.Vpc(stack, 'Vpc', {
  availabilityZones: [0, 1].map((index) => Fn.select(index, Fn.getAzs())),
  natGateways: 0,
});
const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  zoneName: 'example.com',
});

const shopSecret = secretsmanager.Secret.fromSecretNameV2(stack, 'ShopTls', 'shop/tls');
const apiCertificate = new acm.Certificate(stack, 'ApiCertificate', {
  domainName: 'api.example.com',
  validation: acm.CertificateValidation.fromDns(zone),
  allowExport: true,
});

const fleet = new ProxyFleet(stack, 'Edge', { vpc });
const https = fleet.addListener('Https', {
  port: 443,
  certificates: [ProxyCertificate.secretsManager(shopSecret), ProxyCertificate.acm(apiCertificate)],
});
https.addTargets('Api', {
  conditions: [ListenerCondition.hostHeaders(['api.example.com']), ListenerCondition.pathPatterns(['/v1', '/v1/*'])],
  priority: 10,
  targets: ProxyTargets.dnsName('api.internal.example.com'),
  port: 8443,
  protocol: TargetProtocol.HTTPS,
  tlsServerName: 'api.internal.example.com',
  healthCheck: TargetHealthCheck.http({ path: '/health' }),
});
https.addTargets('Downloads', {
  conditions: [ListenerCondition.pathPatterns(['/downloads/*', '/*.zip'])],
  priority: 20,
  targets: ProxyTargets.ipAddresses(['10.0.0.7', '10.0.64.7']),
  port: 8080,
});
https.addTargets('Shop', {
  targets: ProxyTargets.weighted([
    { targets: ProxyTargets.dnsName('shop.internal.example.com'), weight: 9 },
    { targets: ProxyTargets.dnsName('shop-next.internal.example.com'), weight: 1 },
  ]),
  port: 8080,
  stickinessCookieDuration: Duration.hours(1),
});

// Whoever asks in plain text is sent to HTTPS before any target is chosen.
fleet
  .addListener('Http', { port: 80, rawDirectives: ['http-request redirect scheme https code 301'] })
  .addTargets('Shop', { targets: ProxyTargets.dnsName('shop.internal.example.com'), port: 8080 });

for (const name of ['shop', 'api']) new MultivalueEndpoint(stack, name, { zone, recordName: name, addresses: fleet });
