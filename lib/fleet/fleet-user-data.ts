import { Stack } from 'aws-cdk-lib';
import { type HostEnvironment, renderUserData, type UserDataOptions } from '../host/user-data';
import { fleetNameOf } from '../private/validate';
import type { FleetCore } from './fleet-core';
import { cidrsByZone } from './zone-cidrs';

/** What one kind of fleet tells its instances, beside what all of them do. */
export interface OwnUserData extends Pick<UserDataOptions, 'slot' | 'heartbeat'> {
  /** Logical id of the instance's group. */
  readonly group: string;
  readonly environment: Pick<HostEnvironment, 'ADDRESS_LISTS' | 'ADDRESSES' | 'PUBLISH_FUNCTION'>;
}

/** Writes the user data of instances. */
export function fleetUserData(core: FleetCore, { group, environment, slot, heartbeat }: OwnUserData): string {
  const { bootCommands, certificates, cloudWatchAgent, drain, engine, ipAddressType, listeners, programs, scope, vpc } = core;
  const { stackName, region } = Stack.of(scope);
  const config = engine._bind(
    listeners.map((listener) => listener._config()),
    ipAddressType,
  );
  const common = {
    STACK: stackName,
    REGION: region,
    PROGRAMS: programs,
    LISTENERS: listeners.map(({ port }) => port).join(' '),
    ZONES: cidrsByZone(scope, vpc),
    RESOURCE: group,
    ...(cloudWatchAgent && { FLEET: fleetNameOf(scope) }),
  };
  return renderUserData(
    config,
    { ...common, ...environment },
    { slot, drain: drain.times, bootCommands, certificates, heartbeat },
  );
}
