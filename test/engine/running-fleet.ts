/** Fleets of a test, synthesized, and one proxy of each in a real HAProxy on loopback addresses. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ProxyCertificate, ProxyFleet, type ProxyFleetProps } from 'cdk-proxy-fleet';
import type { Place } from '../../rehearsal/proxies/adapt-configuration';
import { writtenFiles } from '../../rehearsal/template/written-files';
import { userDataOf } from '../templates/cloud-config';
import { HaproxyProcess } from '../templates/haproxy-process';
import { featureFlags, synthesize } from '../templates/synth';

/** The configuration that a fleet's first slot gets. */
export function configurationOf(
  directory: string,
  build: (fleet: ProxyFleet, stack: Stack) => void,
  props: Partial<ProxyFleetProps> = {},
): string {
  const app = new App({ outdir: join(directory, 'cdk.out'), context: featureFlags() });
  const stack = new Stack(app, 'Fleet');
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0 });
  build(new ProxyFleet(stack, 'Edge', { vpc, ...props }), stack);
  const userData = userDataOf(synthesize(app, 'Fleet').template).get('EdgeSlots1LaunchTemplate') ?? '';
  return writtenFiles(userData).find(({ path }) => /\/(haproxy\.cfg|nginx\.conf)$/.test(path))?.content ?? '';
}

export function certificate(stack: Stack, id: string): ProxyCertificate {
  return ProxyCertificate.secretsManager(secretsmanager.Secret.fromSecretNameV2(stack, id, id));
}

/** Puts certificate and key of a host where a configuration looks for them, and gives back the configuration that finds them. */
export function withCertificates(configuration: string, directory: string, hosts: string[]): string {
  const paths = [...new Set(configuration.match(/\/etc\/proxy-fleet\/certificates\/[^\s;]+/g) ?? [])];
  return paths.reduce((text, path, index) => {
    const [key, pem] = ['key', 'pem'].map((end) => join(directory, `${hosts[index]}.${end}`)) as [string, string];
    const subject = `/CN=${hosts[index]}`;
    const names = `subjectAltName=DNS:${hosts[index]}`;
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-subj',
        subject,
        '-addext',
        names,
        '-keyout',
        key,
        '-out',
        pem,
      ],
      { stdio: 'ignore' },
    );
    writeFileSync(pem, execFileSync('cat', [pem, key]));
    return text.replaceAll(path, pem);
  }, configuration);
}

/** Starts the proxy; targets by the address and port that the fleet knows. */
export function startProxy(
  directory: string,
  configuration: string,
  address: string,
  targets: Record<string, Place> = {},
): Promise<HaproxyProcess> {
  const file = join(directory, 'haproxy.cfg');
  return HaproxyProcess.start({ address, configuration, file, targets: new Map(Object.entries(targets)) });
}
