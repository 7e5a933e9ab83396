import type { SynthesizedTemplate } from '../templates/synth';
import { withoutResources } from './without-resources';

const template: SynthesizedTemplate = {
  Resources: {
    Group: { Type: 'AWS::AutoScaling::AutoScalingGroup' },
    Holder: { Type: 'Custom::ProxyFleetVirtualIp' },
    Record: { Type: 'AWS::Route53::RecordSet', DependsOn: ['Group', 'Holder'] },
    Other: { Type: 'AWS::Route53::RecordSet', DependsOn: 'Holder' },
  },
};

test('takes out the types that it is told, and every wait for them', () => {
  const { Resources } = withoutResources(template, ['Custom::ProxyFleetVirtualIp']);

  expect(Resources).toEqual({
    Group: { Type: 'AWS::AutoScaling::AutoScalingGroup' },
    Record: { Type: 'AWS::Route53::RecordSet', DependsOn: ['Group'] },
    Other: { Type: 'AWS::Route53::RecordSet' },
  });
});

test('refuses to leave a reference without a resource', () => {
  const Outputs = { Address: { Value: { 'Fn::GetAtt': ['Holder', 'IpAddress'] } } };

  expect(() => withoutResources({ ...template, Outputs }, ['Custom::ProxyFleetVirtualIp'])).toThrow(/Holder\.IpAddress/);
});
