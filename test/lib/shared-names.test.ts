import { CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { MultivalueEndpoint, ProxyFleet } from 'cdk-proxy-fleet';
import { zoneOf } from './fixture';

describe('what shares the name', () => {
  const endpoint = (zone: route53.IHostedZone, id: string, ttl: Duration) => {
    const scope = zone.stack;
    const addresses = ProxyFleet.fromProxyFleetAttributes(scope, `${id}Fleet`, {
      ipAddresses: [`203.0.113.${ttl.toSeconds() % 250}`],
    });
    return new MultivalueEndpoint(scope, id, { zone, recordName: 'www', addresses, ttl });
  };

  test('with another TTL is refused, and with the same one is welcome', () => {
    const stack = new Stack();
    const zone = zoneOf(stack);
    endpoint(zone, 'A', Duration.seconds(60));
    endpoint(zone, 'B', Duration.seconds(30));

    expect(() => Template.fromStack(stack)).toThrow(
      /\[Default\/A\] records of one name must have one TTL, got 60 s and, at 'Default\/B\/\S+', 30 s: give both the same ttl/,
    );
  });

  test.each([
    ['A', () => route53.RecordTarget.fromIpAddresses('203.0.113.9')],
    ['CNAME', () => route53.RecordTarget.fromValues('app.example.net')],
  ])('by a simple record of type %s is refused', (recordType, target) => {
    const stack = new Stack();
    const zone = zoneOf(stack);
    const { domainName } = endpoint(zone, 'A', Duration.seconds(60));
    new route53.RecordSet(stack, 'Own', {
      zone,
      recordName: `${domainName.toUpperCase()}.`,
      recordType: recordType as route53.RecordType,
      target: target(),
    });

    expect(() => Template.fromStack(stack)).toThrow(
      /records of one name must have one routing policy, got 'WWW.EXAMPLE.ORG.' \((A|CNAME)\) at 'Default\/Own\/Resource', which is not multivalue/,
    );
  });

  test('by a TTL that only a deploy knows, by another type or in another zone is no matter', () => {
    const stack = new Stack();
    const zone = zoneOf(stack);
    const { domainName } = endpoint(zone, 'A', Duration.seconds(60));
    const token = Duration.seconds(new CfnParameter(stack, 'Ttl', { type: 'Number' }).valueAsNumber);
    const addresses = ProxyFleet.fromProxyFleetAttributes(stack, 'Far', { ipAddresses: ['203.0.113.77'] });
    new MultivalueEndpoint(stack, 'B', { zone, recordName: 'www', addresses, ttl: token });
    new route53.TxtRecord(stack, 'Text', { zone, recordName: `${domainName}.`, values: ['text'] });
    const other = route53.HostedZone.fromHostedZoneAttributes(stack, 'Other', { hostedZoneId: 'Z9', zoneName: 'example.org' });
    new route53.ARecord(stack, 'Elsewhere', {
      zone: other,
      recordName: `${domainName}.`,
      target: route53.RecordTarget.fromIpAddresses('203.0.113.9'),
    });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});
