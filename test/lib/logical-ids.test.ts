import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { MultivalueEndpoint, VirtualIp } from 'cdk-proxy-fleet';
import { fleetOf, zoneOf } from './fixture';

/** A logical id that changes replaces the resource in every stack of every user: change this file only together with the major version. */
const GOLDEN = join(__dirname, 'logical-ids.json');

test('logical ids are those of the last release', () => {
  const { stack, fleet } = fleetOf({ zones: 2 });
  new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), addresses: fleet });
  new VirtualIp(stack, 'Vip', { fleet });

  const ids = Object.keys(Template.fromStack(stack).toJSON().Resources).filter((id) => /^(Edge|Www|Vip)/.test(id));

  expect(ids.sort()).toEqual(JSON.parse(readFileSync(GOLDEN, 'utf8')));
});
