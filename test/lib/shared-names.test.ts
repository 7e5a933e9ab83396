import { App, CfnParameter, Duration, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { MultivalueEndpoint, ProxyFleet, type ProxyFleetAttributes } from 'cdk-proxy-fleet';
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

describe('two endpoints of one name', () => {
  const share = (one: Partial<ProxyFleetAttributes>, other: Partial<ProxyFleetAttributes>) => {
    const stack = new Stack();
    const zone = zoneOf(stack);
    for (const [id, attributes] of Object.entries({ A: one, B: other })) {
      const attrs = { ipAddresses: [id === 'A' ? '203.0.113.1' : '203.0.113.2'], ...attributes };
      const addresses = ProxyFleet.fromProxyFleetAttributes(stack, `${id}Fleet`, attrs);
      new MultivalueEndpoint(stack, id, { zone, recordName: 'www', addresses });
    }
    return Template.fromStack(stack);
  };
  const many = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}.${index}`);

  test('must not publish one fleet twice', () => {
    const stack = new Stack();
    const zone = zoneOf(stack);
    const addresses = ProxyFleet.fromProxyFleetAttributes(stack, 'Far', { ipAddresses: ['203.0.113.1'] });

    new MultivalueEndpoint(stack, 'A', { zone, recordName: 'www', addresses });
    new MultivalueEndpoint(stack, 'B', { zone, recordName: 'www', addresses });

    expect(() => Template.fromStack(stack)).toThrow(
      /\[Default\/A\] setIdentifier must be unique within a name, got 'Far\S+' at 'Default\/B\/\S+', too: publish each address once/,
    );
  });

  test.each<[string, Partial<ProxyFleetAttributes>, Partial<ProxyFleetAttributes>]>([
    ['of IPv4', { ipAddresses: ['203.0.113.9'] }, { ipAddresses: ['203.0.113.8', '203.0.113.9'] }],
    ['of IPv6 in another notation', { ipv6Addresses: ['2a05:d018::1'] }, { ipv6Addresses: ['2A05:D018:0::1'] }],
    ['by one reference', { ipAddresses: [Fn.importValue('One')] }, { ipAddresses: [Fn.importValue('One')] }],
  ])('must not publish one address %s twice', (_, one, other) => {
    expect(() => share(one, other)).toThrow(
      /\[Default\/A\] an address must be unique within a name, got that of 'Default\/A\/\S+' at 'Default\/B\/\S+', too: publish each/,
    );
  });

  test('may publish addresses that only a deploy can compare', () => {
    const token = { ipAddresses: [Fn.importValue('One')] };

    expect(() => share(token, { ipAddresses: [Fn.importValue('Two')] })).not.toThrow();
    expect(() => share(token, {})).not.toThrow();
  });

  test('may stand in two stacks whose resources have the same logical ids', () => {
    const app = new App();
    for (const id of ['One', 'Two']) {
      const stack = new Stack(app, id);
      const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.org' });
      const { ref } = new ec2.CfnEIP(stack, 'Address');
      const addresses = ProxyFleet.fromProxyFleetAttributes(stack, 'Far', { ipAddresses: [ref] });
      new MultivalueEndpoint(stack, 'Www', { zone, recordName: 'www', addresses });
    }

    expect(() => app.synth()).not.toThrow();
  });

  test('may have 100 records in all', () => {
    expect(() => share({ ipAddresses: many('203.0.112', 50) }, { ipAddresses: many('203.0.113', 50) })).not.toThrow();
    expect(() => share({ ipAddresses: many('203.0.112', 50) }, { ipAddresses: many('203.0.113', 51) })).toThrow(
      "a name has at most 100 multivalue records, got 101 (A) of 'www.example.org.' in all: spread the fleets over several names",
    );
  });
});
