import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { FailoverBranch, FailoverEndpoint, MultivalueEndpoint, ProxyFleet, VirtualIp } from 'cdk-proxy-fleet';
import { fleetOf, zoneOf } from './fixture';

/** A logical id that changes replaces the resource in every stack of every user: change this file only together with the major version. */
const GOLDEN = join(__dirname, 'logical-ids.json');

test('logical ids are those of the last release', () => {
  const { stack, fleet } = fleetOf({ zones: 2 });
  const zone = zoneOf(stack);
  new MultivalueEndpoint(stack, 'Www', { zone, addresses: fleet });
  new VirtualIp(stack, 'Vip', { fleet });
  const dual = (id: string, first: number) =>
    ProxyFleet.fromProxyFleetAttributes(stack, id, {
      ipAddresses: [`203.0.113.${first}`, `203.0.113.${first + 1}`],
      ipv6Addresses: [`2a05:d018::${first}`, `2a05:d018::${first + 1}`],
    });
  new FailoverEndpoint(stack, 'Shop', {
    zone,
    recordName: 'shop',
    primary: FailoverBranch.addresses(dual('Near', 1), { minHealthy: 2 }),
    secondary: FailoverBranch.addresses(dual('Far', 3)),
  });

  const ids = Object.keys(Template.fromStack(stack).toJSON().Resources).filter((id) => /^(Edge|Www|Vip|Shop)/.test(id));

  expect(ids.sort()).toEqual(JSON.parse(readFileSync(GOLDEN, 'utf8')));
});
