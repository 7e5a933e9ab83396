import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';

/** The newest Amazon Linux 2023 for the processor of the instance type; for Graviton when the type is a token. */
export function newestImage(instanceType: ec2.InstanceType): ec2.IMachineImage {
  const intel = !Token.isUnresolved(instanceType.toString()) && instanceType.architecture === ec2.InstanceArchitecture.X86_64;
  return ec2.MachineImage.latestAmazonLinux2023({
    cpuType: intel ? ec2.AmazonLinuxCpuType.X86_64 : ec2.AmazonLinuxCpuType.ARM_64,
  });
}
