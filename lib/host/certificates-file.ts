import { CERTIFICATES_FILE_PATH } from '../private/contract';
import type { HostFile } from './cloud-config';

/** One certificate, as an instance must know it. */
export interface CertificateConfig {
  /** Unique within the fleet, and the name of its file: letters, digits and '-'. */
  readonly name: string;
  readonly from: 'secretsmanager' | 'acm';
  /** May be known at deploy time only. */
  readonly arn: string;
}

/** What a proxy needs to know to fetch its certificates. No secret is in it. */
export interface CertificateOptions {
  /** Name of the fleet, under which it tells when they expire. */
  readonly fleet: string;
  readonly region: string;
  readonly certificates: CertificateConfig[];
}

/** Writes what the program that fetches certificates needs to know; the proxy's user may read them. */
export function renderCertificatesFile({ fleet, region, certificates }: CertificateOptions, user: string): HostFile {
  const content = `${JSON.stringify({ fleet, region, user, certificates }, undefined, 1)}\n`;
  return { path: CERTIFICATES_FILE_PATH, permissions: '0644', content };
}
