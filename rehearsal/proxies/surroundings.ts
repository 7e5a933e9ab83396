/** What is of this machine where an instance has something else, and what becomes of a configuration that is made to fit. */

/** An address and port. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

export interface Adaptation {
  readonly text: string;
  /** The lines that were changed, as they stand in the template. */
  readonly changed: string[];
  /** What is put before or into it besides. */
  readonly added: string[];
}

/** What clients connect to. */
export interface Door {
  readonly port: number;
  /** Whether TLS ends there. @default false */
  readonly tls?: boolean;
}

/** The port on this machine for a port of the fleet. */
export function localPort(port: number): number {
  return port < 1024 ? port + 10_000 : port;
}

/** What is of this machine. */
export interface Surroundings {
  /** Loopback addresses that the proxy answers on. */
  readonly addresses: readonly string[];
  /** Stand-in of each target, by 'address:port' as it stands in the configuration. */
  readonly targets: ReadonlyMap<string, Place>;
  /** The DNS server in place of the VPC's. */
  readonly resolver: Place;
  /** The proxy's own folder, in which the state of its drain and its certificates lie. */
  readonly directory: string;
  /** Whether all that is spoken with stand-ins is HTTP without TLS, and nobody speaks the PROXY protocol. @default false */
  readonly plain?: boolean;
}
