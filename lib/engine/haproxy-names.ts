import type { ListenerConfig, TargetGroupConfig } from './engine-config';

export function isHttp({ protocol }: Pick<ListenerConfig, 'protocol'>): boolean {
  return protocol === 'http' || protocol === 'https';
}

export function listenerName({ protocol, port }: ListenerConfig): string {
  return `${protocol}-${port}`;
}

export function backendName(listener: ListenerConfig, group: TargetGroupConfig): string {
  return `${listenerName(listener)}-${group.name}`;
}

/** The backend for those requests of a group that must not be sent again. No group's own name holds a dot. */
export function onceName(listener: ListenerConfig, group: TargetGroupConfig): string {
  return `${backendName(listener, group)}.once`;
}
