/** Targets of a listener: fixed addresses, or a name that is looked up all the time. */
export type TargetsConfig =
  | { readonly kind: 'addresses'; readonly addresses: string[] }
  | { readonly kind: 'name'; readonly name: string };

/** One listener as an engine needs it. */
export interface ListenerConfig {
  readonly port: number;
  readonly http: boolean;
  readonly targets: TargetsConfig;
  readonly targetPort: number;
  readonly check: { readonly path?: string; readonly interval: string; readonly rise: number; readonly fall: number };
}

/** How the host installs, checks and starts an engine. */
export interface EngineConfig {
  /** Package of the distribution. */
  readonly packageName: string;
  readonly configPath: string;
  readonly config: string;
  /** Command that accepts or refuses the configuration. */
  readonly checkCommand: string;
  /** Command that systemd supervises, ready by sd_notify. */
  readonly startCommand: string;
  /** User of the distribution's package under which it runs. */
  readonly user: string;
}
