import type { Construct } from 'constructs';
import type { IAddressSource } from './address-source';
import type { FailoverAddressesOptions } from './failover-branch-options';
import type { BoundBranch, Branch, BranchContext } from './failover-record';
import { bindGroup } from './record-group';

/** The branch of a source of addresses. */
export class AddressBranch implements Branch {
  constructor(
    private readonly source: IAddressSource,
    private readonly options: FailoverAddressesOptions,
  ) {}

  public bind(scope: Construct, context: BranchContext): BoundBranch {
    return bindGroup(scope, context, this.source.bindAddresses(scope, { ttl: context.ttl }), this.options);
  }
}
