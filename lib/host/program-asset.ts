import { join } from 'node:path';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { warnUnlessGranted } from '../private/granted';

/** Made by the build; the path is the same from `lib/host` and from `dist/host`. */
const PROGRAMS = join(__dirname, '..', '..', 'assets', 'host');

/**
 * Uploads the programs for instances and lets them be fetched.
 *
 * @returns their URL: 's3://bucket/key.zip'
 */
export function uploadPrograms(scope: Construct, grantee: iam.IGrantable): string {
  const asset = new Asset(scope, 'Programs', { path: PROGRAMS });
  const granted = iam.Grant.addToPrincipal({
    grantee,
    actions: ['s3:GetObject'],
    // Every object of the bucket: a slot that is not updated yet may be refilled meanwhile, and fetches the programs of before.
    resourceArns: [asset.bucket.arnForObjects('*')],
  });
  warnUnlessGranted(scope, granted, {
    id: 'cdk-proxy-fleet:programs',
    text: `and the proxies must read ${asset.s3ObjectUrl}: allow it to s3:GetObject from the bucket of assets`,
  });
  return asset.s3ObjectUrl;
}
