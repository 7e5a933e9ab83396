import { Names } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/**
 * A certificate with which proxies end TLS.
 */
export abstract class ProxyCertificate {
  /** PEM in Secrets Manager. */
  public static secretsManager(secret: ISecret): ProxyCertificate {
    return new SecretCertificate(secret);
  }

  /** Exported from ACM. */
  public static acm(certificate: ICertificate): ProxyCertificate {
    return new AcmCertificate(certificate);
  }

  protected constructor() {}

  /** @internal */
  public abstract readonly _path: string;
}

class SecretCertificate extends ProxyCertificate {
  public readonly _path: string;
  constructor(secret: ISecret) {
    super();
    this._path = `/etc/proxy-fleet/certificates/${Names.nodeUniqueId(secret.node)}.pem`;
  }
}

class AcmCertificate extends ProxyCertificate {
  public readonly _path: string;
  constructor(certificate: ICertificate) {
    super();
    this._path = `/etc/proxy-fleet/certificates/${Names.nodeUniqueId(certificate.node)}.pem`;
  }
}
