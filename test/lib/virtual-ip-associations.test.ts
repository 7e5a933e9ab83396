import { Fn } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { VirtualIp, type VirtualIpProps } from 'cdk-proxy-fleet';
import { fleetOf } from './fixture';

const synthWith = (association: (vip: VirtualIp) => ec2.CfnEIPAssociationProps, props: Partial<VirtualIpProps> = {}) => {
  const { stack, fleet } = fleetOf();
  const vip = new VirtualIp(stack, 'Vip', { fleet, ...props });
  new ec2.CfnEIPAssociation(stack, 'Own', { instanceId: 'i-0123456789abcdef0', ...association(vip) });
  return Template.fromStack(stack);
};

test.each<[string, (vip: VirtualIp) => ec2.CfnEIPAssociationProps, Partial<VirtualIpProps>]>([
  ['allocation', ({ allocationId }) => ({ allocationId }), {}],
  ['allocation that was brought along', () => ({ allocationId: 'eipalloc-0a' }), { allocationId: 'eipalloc-0a' }],
])(
  'an association that names a virtual IP by its %s is refused, for its updates would steal it back',
  (_, association, props) => {
    expect(() => synthWith(association, props)).toThrow(
      "[Test/Vip] a virtual IP must have no association in a template, got 'Test/Own': remove it, the takeover moves the address",
    );
  },
);

test('an association of another address is nobody’s business, whether it is known or not', () => {
  expect(() => synthWith(() => ({ allocationId: 'eipalloc-0b' }), { allocationId: 'eipalloc-0a' })).not.toThrow();
  expect(() => synthWith(() => ({ allocationId: Fn.importValue('Other') }))).not.toThrow();
  expect(() => synthWith(() => ({ allocationId: 'eipalloc-0b' }), { allocationId: Fn.importValue('Mine') })).not.toThrow();
});
