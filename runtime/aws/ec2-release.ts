import { DisassociateAddressCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { AddressRelease } from '../ports';
import { CLIENT_OPTIONS } from './client-options';

/** Letting an Elastic IP go. In a file of its own, so that the bundle of the takeover function does not contain the call. */
export class Ec2Release implements AddressRelease {
  constructor(private readonly client: EC2Client) {}

  async disassociate(associationId: string): Promise<void> {
    await this.client.send(new DisassociateAddressCommand({ AssociationId: associationId }));
  }
}

/** The adapter with a client of its own. */
export function ec2Release(): Ec2Release {
  return new Ec2Release(new EC2Client(CLIENT_OPTIONS));
}
