/** Reads the names out of a template that holds no fleet of this library: DNS and health checks, and nothing that could be rehearsed. */
import { UsageError } from '../usage-error';
import type { LoadedTemplate } from './load-template';
import type { FleetModel } from './model';
import { readDns } from './read-dns';
import { resourcesOf } from './resources';

export function readNames({ stack, template }: LoadedTemplate): FleetModel {
  // Only a deploy knows an Elastic IP: its logical id stands for it, however a record or a health check refers to it.
  const elasticIps = resourcesOf(template, 'AWS::EC2::EIP').flatMap(([id]) => [
    [id, id] as const,
    [`${id}.PublicIp`, id] as const,
  ]);
  const { zones, healthChecks, skipped } = readDns(template, new Map(elasticIps));
  if (zones.length === 0) {
    throw new UsageError(
      `'${stack}' holds no proxy fleet and no record with addresses, so there is nothing to simulate: name a stack with either`,
    );
  }
  return { stack, slots: [], zones, healthChecks, elsewhere: [], skipped };
}
