import { Duration, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { VirtualIp } from 'cdk-proxy-fleet';
import { fleetOf, userDataOf, warningsOf } from './fixture';

describe('heartbeats', () => {
  test('are sent by the proxies of a fleet with virtual IPs, every 200 ms, between members of the fleet only', () => {
    const { stack, fleet } = fleetOf();

    new VirtualIp(stack, 'Vip', { fleet });

    expect(userDataOf(stack)).toContain("ADVERT_MS='200'");
    const template = Template.fromStack(stack);
    const group = Match.objectLike({ 'Fn::GetAtt': [Match.stringLikeRegexp('EdgeHealthSecurityGroup'), 'GroupId'] });
    const among = { IpProtocol: '112', GroupId: group };
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { ...among, SourceSecurityGroupId: group });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', { ...among, DestinationSecurityGroupId: group });
    const everybody = JSON.stringify(template.findResources('AWS::EC2::SecurityGroup'));
    expect(everybody).not.toContain('"IpProtocol":"112"');
  });

  test('are not sent by a fleet without virtual IPs', () => {
    const { stack } = fleetOf();

    expect(userDataOf(stack)).not.toContain('ADVERT_MS');
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('"112"');
  });

  test('go to all other slots, whose fixed addresses every instance knows, and name the function that takes hints', () => {
    const { stack, fleet } = fleetOf({ zones: 2 });

    new VirtualIp(stack, 'Vip', { fleet });

    const [one, two] = fleet.slots.map(({ networkInterface }) =>
      JSON.stringify(stack.resolve(networkInterface.attrPrimaryPrivateIpAddress)),
    );
    expect(userDataOf(stack)).toContain(`ADDRESSES='${one} ${two}'`);
    expect(userDataOf(stack)).toMatch(/FUNCTION='\{"Ref":"EdgeTakeoverFunction\w+"\}'/);
  });

  test('can be slower, for all virtual IPs of a fleet alike', () => {
    const { stack, fleet } = fleetOf();

    new VirtualIp(stack, 'One', { fleet, heartbeat: Duration.seconds(1) });
    new VirtualIp(stack, 'Two', { fleet });

    expect(userDataOf(stack)).toContain("ADVERT_MS='1000'");
    expect(() => new VirtualIp(stack, 'Three', { fleet, heartbeat: Duration.millis(200) })).toThrow(
      'heartbeat must be the same for all virtual IPs of a fleet, got 200 ms and 1000 ms: choose one [Test/Three]',
    );
  });

  test.each([0, 5, 15, 41_000])('of %d ms are refused', (milliseconds) => {
    const { stack, fleet } = fleetOf();

    expect(() => new VirtualIp(stack, 'Vip', { fleet, heartbeat: Duration.millis(milliseconds) })).toThrow(
      `heartbeat must be from 10 to 40950 ms in steps of 10, got ${milliseconds} ms: use Duration.millis(200)`,
    );
  });

  test('faster than a busy proxy can be are warned about', () => {
    const { stack, fleet } = fleetOf();

    new VirtualIp(stack, 'Vip', { fleet, heartbeat: Duration.millis(50) });

    expect(warningsOf(stack).join()).toContain('a proxy that is busy for 200 ms is taken for a dead one');
  });

  test('that are a token are refused, because the proxies need them as text', () => {
    const { stack, fleet } = fleetOf();

    expect(() => new VirtualIp(stack, 'Vip', { fleet, heartbeat: Duration.millis(Token.asNumber({ Ref: 'X' })) })).toThrow(
      'heartbeat must be known at synth',
    );
  });
});
