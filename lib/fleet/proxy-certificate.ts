import { Token } from 'aws-cdk-lib';
import { CfnCertificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IConstruct } from 'constructs';
import type { CertificateConfig } from '../host/certificates-file';
import { CERTIFICATE_DIRECTORY } from '../private/contract';
import { fail } from '../private/validate';

/** Where a certificate comes from. */
interface CertificateSource extends Omit<CertificateConfig, 'name'> {
  readonly construct: IConstruct;
  readonly grant: (grantee: iam.IGrantable) => void;
}

/**
 * A certificate with which proxies end TLS. They fetch it when they boot and twice a day, and take up a new one without losing a
 * connection. One that is empty, no PEM, expired, not yet valid, or not of its key, is never taken up: the one of before stays, and an
 * alarm of the fleet tells two weeks before it expires.
 *
 * @example
 * declare const fleet: ProxyFleet;
 * const secret = secretsmanager.Secret.fromSecretNameV2(this, 'ShopTls', 'shop/tls');
 * fleet.addListener('Https', { port: 443, certificates: [ProxyCertificate.secretsManager(secret)] })
 *   .addTargets('App', { targets: ProxyTargets.dnsName('app.internal.example.com'), port: 8080 });
 */
export class ProxyCertificate {
  /**
   * A certificate in Secrets Manager: the certificate, its chain and its private key without a passphrase, each as PEM, in any order.
   * They are the text of the secret, or the values of a JSON object under keys of any name. Put a new version there to renew it.
   *
   * A secret that is encrypted with a key of yours and was made elsewhere must know the key: `Secret.fromSecretAttributes()`.
   */
  public static secretsManager(secret: ISecret): ProxyCertificate {
    return new ProxyCertificate({
      from: 'secretsmanager',
      arn: secret.secretArn,
      construct: secret,
      grant: (grantee) => secret.grantRead(grantee),
    });
  }

  /**
   * A certificate of AWS Certificate Manager, which renews it: a public one with `allowExport`, which costs a fee at its issuance and
   * at each renewal, or a private one.
   *
   * @example
   * declare const fleet: ProxyFleet;
   * declare const zone: route53.IHostedZone;
   * const certificate = new acm.Certificate(this, 'Certificate', {
   *   domainName: 'shop.example.com',
   *   validation: acm.CertificateValidation.fromDns(zone),
   *   allowExport: true,
   * });
   * fleet.addListener('Https', { port: 443, certificates: [ProxyCertificate.acm(certificate)] })
   *   .addTargets('App', { targets: ProxyTargets.dnsName('app.internal.example.com'), port: 8080 });
   */
  public static acm(certificate: ICertificate): ProxyCertificate {
    const arn = certificate.certificateArn;
    return new ProxyCertificate({
      from: 'acm',
      arn,
      construct: certificate,
      grant: (grantee) => iam.Grant.addToPrincipal({ grantee, actions: ['acm:ExportCertificate'], resourceArns: [arn] }),
    });
  }

  private constructor(private readonly source: CertificateSource) {}

  /**
   * What its file and its metric are called: unique within an app, and the same as long as the secret or certificate stays in its place.
   *
   * @internal
   */
  public get _name(): string {
    const { construct } = this.source;
    const id = construct.node.id.replace(/[^A-Za-z0-9]+/g, '').slice(0, 24);
    return `${id}-${construct.node.addr.slice(-8)}`;
  }

  /**
   * Where an instance has its file.
   *
   * @internal
   */
  public get _path(): string {
    return `${CERTIFICATE_DIRECTORY}/${this._name}.pem`;
  }

  /**
   * Lets a fleet's proxies fetch it.
   *
   * @throws when ACM will not give out its key
   * @internal
   */
  public _grant(fleet: IConstruct & iam.IGrantable): void {
    const { construct, grant } = this.source;
    const resource = construct.node.defaultChild;
    if (resource instanceof CfnCertificate && isLocked(resource))
      fail(fleet, `certificate of ACM must be exportable, got '${construct.node.path}', which is not: set its 'allowExport'`);
    grant(fleet);
  }

  /** @internal */
  public _config(): CertificateConfig {
    const { from, arn } = this.source;
    return { name: this._name, from, arn };
  }
}

/** Whether the key of a certificate stays in ACM: those of a private authority never do. */
function isLocked({ certificateAuthorityArn, certificateExport }: CfnCertificate): boolean {
  return certificateAuthorityArn === undefined && !Token.isUnresolved(certificateExport) && certificateExport !== 'ENABLED';
}
