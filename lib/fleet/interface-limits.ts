import { Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';

const BURSTABLE: Record<string, number> = { nano: 2, micro: 2, small: 4, medium: 6, large: 12, xlarge: 15, '2xlarge': 15 };

const OTHERS: Record<string, number> = {
  medium: 4,
  large: 10,
  xlarge: 15,
  '2xlarge': 15,
  '4xlarge': 30,
  '8xlarge': 30,
  '12xlarge': 30,
  '16xlarge': 50,
  '24xlarge': 50,
};

/**
 * Private IPv4 addresses that one network interface of the instance type can carry; undefined when this table does not know the
 * type or the type is a token.
 *
 * Source: EC2 user guide, "Maximum IP addresses per network interface".
 */
export function addressesPerInterface(instanceType: ec2.InstanceType): number | undefined {
  const name = instanceType.toString();
  if (Token.isUnresolved(name)) return undefined;
  const [family = '', size = ''] = name.split('.');
  if (/^t[34][a-z]*$/.test(family)) return BURSTABLE[size];
  return /^[cmr][5-9][a-z-]*$/.test(family) ? OTHERS[size] : undefined;
}
