import { Annotations, type Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AddressBindOptions } from '../dns/address-source';
import type { DrainTimes } from '../host/drain-file';
import {
  ASSUMED_PROPAGATION_SECONDS,
  checkDetectionSeconds,
  MAX_DRAIN_SERVE_SECONDS,
  UNKNOWN_CHECK,
  UNKNOWN_TTL_SECONDS,
} from '../private/contract';
import { estimate } from '../private/estimate';
import { fail } from '../private/validate';

/** For how long the proxies of a fleet serve on when they go on purpose: what the slowest name that leads to them needs. */
export class DrainPlan {
  private readonly fixed?: number;
  private own = 0;
  private virtualIps = 0;

  constructor(scope: Construct, drainTime?: Duration) {
    if (drainTime?.isUnresolved()) fail(scope, 'drainTime must be known at synth, got a token: use Duration.minutes(2)');
    this.fixed = drainTime?.toSeconds({ integral: false });
    if (this.fixed !== undefined && (!Number.isInteger(this.fixed) || this.fixed > MAX_DRAIN_SERVE_SECONDS)) {
      fail(
        scope,
        `drainTime must be a whole number of seconds, at most ${MAX_DRAIN_SERVE_SECONDS}, got ${this.fixed}: use Duration.minutes(2)`,
      );
    }
  }

  /** A name leads to the proxies' own addresses from now on, or to virtual IPs that they hold. */
  public publish(scope: Construct, options: AddressBindOptions, addresses: 'own' | 'virtualIps'): void {
    const seconds = withdrawalSeconds(options);
    if (seconds > MAX_DRAIN_SERVE_SECONDS && this.fixed === undefined) {
      Annotations.of(scope).addWarningV2(
        'cdk-proxy-fleet:drainTime',
        `clients need up to ${seconds} s to leave a proxy, which serves for ${MAX_DRAIN_SERVE_SECONDS} s at most when it goes: use a shorter ttl`,
      );
    }
    this[addresses] = Math.max(this[addresses], Math.min(seconds, MAX_DRAIN_SERVE_SECONDS));
  }

  /** As far as names are known; complete at the end of synth. */
  public get times(): DrainTimes {
    const { fixed, own, virtualIps } = this;
    return { ownSeconds: fixed ?? own, withVirtualIpsSeconds: fixed ?? Math.max(own, virtualIps) };
  }
}

/** Bound in seconds on the time until no answer holds an address any more that does not answer: detection and propagation. */
export function judgementSeconds(options: AddressBindOptions): number {
  return Math.max(0, withdrawalSeconds(options) - Math.floor(cachingSeconds(options.ttl)));
}

/** Whoever does not say is taken for the slowest. */
function withdrawalSeconds({ ttl, withdrawal }: AddressBindOptions): number {
  if (withdrawal !== undefined && !withdrawal.isUnresolved()) return Math.ceil(withdrawal.toSeconds({ integral: false }));
  return Math.ceil(checkDetectionSeconds(UNKNOWN_CHECK) + ASSUMED_PROPAGATION_SECONDS + cachingSeconds(ttl));
}

function cachingSeconds(ttl: Duration): number {
  return estimate(ttl.toSeconds({ integral: false }), UNKNOWN_TTL_SECONDS).value;
}
