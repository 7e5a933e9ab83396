import { Token } from 'aws-cdk-lib';
import type { ListenerConfig } from './engine-config';
import { MAX_CONNECTIONS } from './haproxy-sections';

/** What of these listeners HAProxy cannot do, one sentence each. */
export function haproxyFaults(listeners: ListenerConfig[]): string[] {
  return listeners.flatMap((listener) => [...tooMany(listener), ...sharedNames(listener), ...idlePorts(listener)]);
}

function tooMany({ maxConnections, port }: ListenerConfig): string[] {
  if (maxConnections === undefined || Token.isUnresolved(maxConnections) || maxConnections <= MAX_CONNECTIONS) return [];
  return [
    `maxConnections must be at most ${MAX_CONNECTIONS} with HAProxy, got ${maxConnections} on port ${port}: leave it out for as many as it can`,
  ];
}

/** Backends are named after groups, in which other characters than these have become '-'. */
function sharedNames({ groups, port }: ListenerConfig): string[] {
  const names = groups.map(({ name }) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) =>
      `ids of a listener's targets must differ in letters, digits, '-' or '_', got '${name}' twice on port ${port}: rename one`,
  );
}

function idlePorts({ groups, port }: ListenerConfig): string[] {
  const bad = groups.filter((group) => group.port !== undefined && group.sources.every(({ targets }) => targets.kind === 'srv'));
  return bad.map(
    (group) =>
      `port of '${group.name}' on port ${port} must come from the SRV records with HAProxy, got ${group.port}: leave out the port of the targets`,
  );
}
