import type * as route53 from 'aws-cdk-lib/aws-route53';
import type { AddressRouting } from './address-routing';
import type { ProxyHealthCheck } from './proxy-health-check';

/** Options of a branch that leads to the addresses of a source. */
export interface FailoverAddressesOptions {
  /**
   * How Route 53 probes each address.
   *
   * @default ProxyHealthCheck.http()
   */
  readonly healthCheck?: ProxyHealthCheck;

  /**
   * How many addresses must be healthy for the branch to be. More than one costs a calculated health check. A branch with fewer is
   * left although some of its proxies are well: ask for what its proxies need to carry the load.
   *
   * @default 1
   */
  readonly minHealthy?: number;

  /**
   * Whether an answer holds all healthy addresses or one of them.
   *
   * @default AddressRouting.MULTIVALUE
   */
  readonly routing?: AddressRouting;
}

/** Options of a branch that leads to fixed addresses. */
export interface FailoverIpAddressesOptions {
  /**
   * How Route 53 probes each address. A primary needs it.
   *
   * @default - not probed: the branch always counts as healthy
   */
  readonly healthCheck?: ProxyHealthCheck;
}

/** Options of a branch that is an alias. */
export interface FailoverAliasOptions {
  /**
   * A health check that must pass, too. It must not ask for the name that it decides about.
   *
   * @default - the health of the target decides, or nothing where Route 53 cannot evaluate it
   */
  readonly healthCheck?: route53.IHealthCheck;
}
