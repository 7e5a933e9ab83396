import {
  ChangeTagsForResourceCommand,
  CreateHealthCheckCommand,
  DeleteHealthCheckCommand,
  paginateListHealthChecks,
  Route53Client,
} from '@aws-sdk/client-route-53';
import type { OwnedCheck } from '../core/plan-instance-records';
import type { CheckStore } from '../instance-record-ports';
import { CLIENT_OPTIONS } from './client-options';

/** Health checks in Route 53, which knows no way to ask for those of an owner: all of the account are listed. */
export class Route53HealthChecks implements CheckStore {
  constructor(private readonly client: Route53Client) {}

  async create({ reference, ipAddress, settings }: Parameters<CheckStore['create']>[0]): Promise<string> {
    const { HealthCheck } = await this.client.send(
      new CreateHealthCheckCommand({
        CallerReference: reference,
        HealthCheckConfig: { ...settings, IPAddress: ipAddress },
      }),
    );
    const ResourceId = HealthCheck?.Id;
    if (ResourceId === undefined) throw new Error(`Route 53 must name the health check that it made for ${ipAddress}, got none`);
    return ResourceId;
  }

  async tag(ResourceId: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const AddTags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await this.client.send(new ChangeTagsForResourceCommand({ ResourceType: 'healthcheck', ResourceId, AddTags }));
  }

  async list(prefix: string): Promise<OwnedCheck[]> {
    const found: OwnedCheck[] = [];
    for await (const { HealthChecks = [] } of paginateListHealthChecks({ client: this.client }, {})) {
      for (const { Id: id = '', CallerReference: reference = '' } of HealthChecks) {
        if (reference.startsWith(prefix)) found.push({ id, reference });
      }
    }
    return found;
  }

  async delete(HealthCheckId: string): Promise<void> {
    await this.client.send(new DeleteHealthCheckCommand({ HealthCheckId })).catch((error: Error) => {
      if (error.name !== 'NoSuchHealthCheck') throw error;
    });
  }
}

export function route53HealthChecks(): Route53HealthChecks {
  return new Route53HealthChecks(new Route53Client(CLIENT_OPTIONS));
}
