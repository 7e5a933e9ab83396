import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** Two small web servers in the first two zones that say which one they are. They need nothing but what is on the image. */
export class DemoTargets extends Construct implements ec2.IConnectable {
  public readonly connections: ec2.Connections;
  public readonly addresses: string[];
  public readonly port = 8080;

  constructor(scope: Construct, id: string, props: { readonly vpc: ec2.IVpc }) {
    super(scope, id);
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'Targets of the demo',
      allowAllOutbound: false,
    });
    this.connections = new ec2.Connections({ securityGroups: [securityGroup] });
    const { subnets } = props.vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_ISOLATED });
    this.addresses = subnets.slice(0, 2).map((subnet, index) => {
      const instance = new ec2.Instance(this, String(index + 1), {
        vpc: props.vpc,
        vpcSubnets: { subnets: [subnet] },
        securityGroup,
        instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.NANO),
        machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
        requireImdsv2: true,
        blockDevices: [{ deviceName: '/dev/xvda', volume: ec2.BlockDeviceVolume.ebs(8, { encrypted: true }) }],
        userData: ec2.UserData.custom(serve(`target ${index + 1}`, this.port)),
      });
      return instance.instancePrivateIp;
    });
  }
}

function serve(greeting: string, port: number): string {
  return `#cloud-config
write_files:
  - path: /srv/www/index.html
    content: |
      ${greeting}
  - path: /etc/systemd/system/target.service
    content: |
      [Service]
      ExecStart=/usr/bin/python3 -m http.server ${port} --directory /srv/www
      DynamicUser=true
      Restart=always
      [Install]
      WantedBy=multi-user.target
runcmd:
  - ['systemctl', 'enable', '--now', 'target.service']
`;
}
