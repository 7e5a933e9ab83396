import { Annotations, type Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { fail } from '../private/validate';

/** VRRP counts in hundredths of a second, up to 4095. Source: RFC 9568, "Max Advertise Interval". */
const STEP_MS = 10;
const MAX_MS = 40_950;
/** Below it, a backup does not wait for as long as a busy proxy may take. */
const SHORT_MS = 100;

/**
 * Milliseconds between two adverts.
 *
 * @throws when VRRP cannot do it, or when it is not known at synth
 */
export function advertMsOf(scope: Construct, heartbeat: Duration): number {
  if (heartbeat.isUnresolved()) fail(scope, 'heartbeat must be known at synth, got a token: use Duration.millis(200)');
  const milliseconds = heartbeat.toMilliseconds();
  if (milliseconds % STEP_MS !== 0 || milliseconds < STEP_MS || milliseconds > MAX_MS) {
    fail(
      scope,
      `heartbeat must be from ${STEP_MS} to ${MAX_MS} ms in steps of ${STEP_MS}, got ${milliseconds} ms: use Duration.millis(200)`,
    );
  }
  if (milliseconds < SHORT_MS) {
    Annotations.of(scope).addWarningV2(
      'cdk-proxy-fleet:shortHeartbeat',
      `with a heartbeat of ${milliseconds} ms a proxy that is busy for ${4 * milliseconds} ms is taken for a dead one: use ${SHORT_MS} ms or more`,
    );
  }
  return milliseconds;
}
