import { Stack } from 'aws-cdk-lib';
import { Construct, type IDependable } from 'constructs';
import type { CertificateOptions } from '../host/certificates-file';
import { CertificateAlarms } from '../ops/certificate-alarms';
import { fleetNameOf } from '../private/validate';
import type { FleetScope } from './fleet-scope';
import type { ProxyCertificate } from './proxy-certificate';
import { allowMetrics } from './proxy-role';

/** The certificates of all listeners of a fleet: who may fetch them, and what watches over them. */
export class FleetCertificates extends Construct {
  /** The fleet's own; undefined before its first certificate. */
  public static find(fleet: Construct): FleetCertificates | undefined {
    const own = fleet.node.tryFindChild('Certificates');
    return own instanceof FleetCertificates ? own : undefined;
  }

  /**
   * Brings a listener's certificates along. One that the fleet has already counts once.
   *
   * @param groups of the fleet's instances
   */
  public static add(fleet: FleetScope, certificates: ProxyCertificate[], groups: IDependable[]): void {
    if (certificates.length === 0) return;
    const own = FleetCertificates.find(fleet) ?? new FleetCertificates(fleet, 'Certificates', fleet, groups);
    for (const certificate of certificates) own.add(certificate);
  }

  public readonly alarms: CertificateAlarms;
  private readonly certificates = new Map<string, ProxyCertificate>();

  private constructor(
    scope: Construct,
    id: string,
    private readonly fleet: FleetScope,
    groups: IDependable[],
  ) {
    super(scope, id);
    this.alarms = new CertificateAlarms(this, 'Alarms', { fleetName: fleetNameOf(fleet) });
    // Until a proxy is live nobody has told when a certificate expires.
    for (const group of groups) this.alarms.node.addDependency(group);
    allowMetrics(this, fleet, {
      id: 'cdk-proxy-fleet:certificates',
      text: 'and the proxies must fetch their certificates: allow it to secretsmanager:GetSecretValue or acm:ExportCertificate of each, and to',
    });
  }

  /** What an instance must know. */
  public get options(): CertificateOptions {
    return {
      fleet: fleetNameOf(this.fleet),
      region: Stack.of(this).region,
      certificates: [...this.certificates.values()].map((certificate) => certificate._config()),
    };
  }

  private add(certificate: ProxyCertificate): void {
    if (this.certificates.has(certificate._name)) return;
    this.certificates.set(certificate._name, certificate);
    certificate._grant(this.fleet);
    this.alarms.watch(certificate._name);
  }
}
