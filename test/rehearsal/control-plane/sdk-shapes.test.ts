import type {
  ChangeResourceRecordSetsCommandInput,
  ChangeResourceRecordSetsResponse,
  GetChangeResponse,
  HealthCheck,
  HealthCheckConfig,
  ListHealthChecksResponse,
  ListResourceRecordSetsCommandInput,
  ListResourceRecordSetsResponse,
} from '@aws-sdk/client-route-53';
import { create, record, testPlane, ZONE } from './planes';

/** The simulator does not ask in which regions CloudWatch is. */
type Check = Omit<HealthCheck, 'HealthCheckConfig'> & { HealthCheckConfig: Omit<HealthCheckConfig, 'AlarmIdentifier'> };
type Checks = Omit<ListHealthChecksResponse, 'HealthChecks'> & { HealthChecks: Check[] };

test('what goes in and out has the names and types of the AWS SDK', () => {
  const { plane } = testPlane();
  const batch = { HostedZoneId: ZONE, ChangeBatch: { Changes: [create(record('www.example.com'))] } };
  const listing = { HostedZoneId: ZONE, StartRecordName: 'www.example.com', StartRecordType: 'A' as const, MaxItems: 1 };

  // The compiler compares each with the SDK's type.
  const inputs: [ChangeResourceRecordSetsCommandInput, ListResourceRecordSetsCommandInput] = [batch, listing];
  const changed: ChangeResourceRecordSetsResponse = plane.changeResourceRecordSets(batch);
  const change: GetChangeResponse = plane.getChange({ Id: changed.ChangeInfo?.Id ?? '' });
  const listed: ListResourceRecordSetsResponse = plane.listResourceRecordSets(listing);
  const created: Check = plane.createHealthCheck({
    CallerReference: 'one',
    HealthCheckConfig: { Type: 'HTTP', IPAddress: '198.51.100.1' },
  }).HealthCheck;
  const read: Check = plane.getHealthCheck({ HealthCheckId: created.Id ?? '' }).HealthCheck;
  const checks: Checks = plane.listHealthChecks();

  expect(inputs).toHaveLength(2);
  expect(change.ChangeInfo?.Id).toBe(changed.ChangeInfo?.Id);
  expect(listed.ResourceRecordSets).toHaveLength(1);
  expect(checks.HealthChecks).toEqual([read]);
});
