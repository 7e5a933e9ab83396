/** Fleets of a test, synthesized, and one proxy of each in a real HAProxy on loopback addresses. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { type IpAddressType, ProxyCertificate, ProxyFleet, type ProxyFleetProps } from 'cdk-proxy-fleet';
import type { EngineConfig, ListenerConfig } from '../../lib/engine/engine-config';
import type { Place } from '../../rehearsal/proxies/surroundings';
import { HaproxyProcess } from '../templates/haproxy-process';

/** What a fleet knows of itself. */
interface Inside {
  readonly engine: { _bind(listeners: ListenerConfig[], ipAddressType: IpAddressType): EngineConfig };
  readonly listeners: { _config(): ListenerConfig }[];
  readonly ipAddressType: IpAddressType;
}

/** The configuration that a fleet's proxies get, however many listeners: more than user data has room for serve a test, too. */
export function configurationOf(
  directory: string,
  build: (fleet: ProxyFleet, stack: Stack) => void,
  props: Partial<ProxyFleetProps> = {},
): string {
  const stack = new Stack(new App({ outdir: join(directory, 'cdk.out') }), 'Fleet');
  const fleet = new ProxyFleet(stack, 'Edge', { vpc: new ec2.Vpc(stack, 'Vpc', { natGateways: 0 }), ...props });
  build(fleet, stack);
  const { engine, listeners, ipAddressType } = (fleet as unknown as { readonly _core: Inside })._core;
  const { files } = engine._bind(
    listeners.map((listener) => listener._config()),
    ipAddressType,
  );
  return String(stack.resolve(files[0]?.content));
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
