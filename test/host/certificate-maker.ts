/** Certificates that openssl makes for tests: authorities, what they issue, and what is wrong in time. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DAY_MS = 86_400_000;

export interface Made {
  readonly certificate: string;
  readonly key: string;
  readonly files: { readonly certificate: string; readonly key: string };
}

export interface Wanted {
  /** Common name, and the name that clients ask for. */
  readonly name: string;
  /** Itself when missing. */
  readonly issuer?: Made;
  readonly authority?: boolean;
  /** Days from now. */
  readonly from?: number;
  readonly to?: number;
}

const CONFIGURATION = (directory: string, { name, authority }: Wanted) => `
[ca]
default_ca = own
[own]
database = ${directory}/index.txt
new_certs_dir = ${directory}
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[req]
distinguished_name = names
[names]
[extensions]
basicConstraints = critical, CA:${authority ? 'TRUE' : 'FALSE'}
subjectKeyIdentifier = hash
subjectAltName = DNS:${name.replaceAll(' ', '-')}
`;

export class CertificateMaker {
  private count = 0;

  constructor(private readonly directory: string) {}

  make(wanted: Wanted): Made {
    const directory = join(this.directory, String(++this.count));
    mkdirSync(directory, { recursive: true });
    const place = (file: string) => join(directory, file);
    writeFileSync(place('index.txt'), '');
    writeFileSync(place('openssl.cnf'), CONFIGURATION(directory, wanted));
    const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', place('key.pem'));
    const request = ['-new', '-config', place('openssl.cnf'), '-key', place('key.pem'), '-subj', `/CN=${wanted.name}`];
    openssl('req', ...request, '-out', place('request.pem'));
    const { issuer, from = -1, to = 90 } = wanted;
    const signer = issuer
      ? ['-cert', issuer.files.certificate, '-keyfile', issuer.files.key]
      : ['-selfsign', '-keyfile', place('key.pem')];
    const times = ['-startdate', opensslTime(from), '-enddate', opensslTime(to)];
    const files = ['-in', place('request.pem'), '-out', place('certificate.pem')];
    openssl('ca', '-batch', '-notext', '-config', place('openssl.cnf'), ...signer, ...times, ...files);
    return {
      certificate: readFileSync(place('certificate.pem'), 'utf8'),
      key: readFileSync(place('key.pem'), 'utf8'),
      files: { certificate: place('certificate.pem'), key: place('key.pem') },
    };
  }

  /** A key as openssl writes it with a passphrase. */
  encrypted({ files }: Made, passphrase: string): string {
    const args = ['pkcs8', '-topk8', '-in', files.key, '-passout', `pass:${passphrase}`];
    return execFileSync('openssl', args, { encoding: 'utf8' });
  }
}

function opensslTime(days: number): string {
  return `${new Date(Date.now() + days * DAY_MS).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
}
