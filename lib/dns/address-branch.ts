import type { Construct } from 'constructs';
import type { IAddressSource } from './address-source';
import type { FailoverAddressesOptions } from './failover-branch-options';
import { FailoverBudget } from './failover-budget';
import type { BoundBranch, Branch, BranchContext } from './failover-record';
import { ProxyHealthCheck } from './proxy-health-check';
import { bindGroup } from './record-group';

/** The branch of a source of addresses. */
export class AddressBranch implements Branch {
  constructor(
    private readonly source: IAddressSource,
    private readonly options: FailoverAddressesOptions,
  ) {}

  public bind(scope: Construct, context: BranchContext): BoundBranch {
    const { healthCheck = ProxyHealthCheck.http() } = this.options;
    const { ttl } = context;
    const withdrawal = FailoverBudget._forDns(healthCheck, ttl, 'endpoint').total;
    const source = this.source.bindAddresses(scope, { ttl, withdrawal });
    if (source.failoverBudget === undefined) healthCheck._warnOfDrain(scope);
    return bindGroup(scope, context, source, this.options);
  }
}
