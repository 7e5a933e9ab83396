/** A file of an engine of your own. */
export interface CustomEngineFile {
  /** Where it is put: an absolute path. Folders on the way are made. */
  readonly path: string;

  /** What is in it: text. Everybody on the instance may read it, so keep secrets out. */
  readonly content: string;
}

/** Options of an engine of your own. */
export interface CustomEngineOptions {
  /** Packages that dnf installs from the repositories of the image, with their version where it matters: 'squid' or 'squid-6.10-1'. */
  readonly packages: string[];

  /**
   * Files that are written before anything is installed.
   *
   * @default - no files: the package brings, or the image has, all that it needs
   */
  readonly files?: CustomEngineFile[];

  /** Command, with an absolute path, that ends with 0 if the configuration is good. A boot or a reload ends where it fails. */
  readonly checkCommand: string;

  /** Command, with an absolute path, that runs the program in the foreground under systemd. */
  readonly startCommand: string;

  /**
   * Command, with an absolute path, upon which it takes up certificates and configuration anew without losing a connection.
   *
   * @default '/bin/kill -HUP $MAINPID'
   */
  readonly reloadCommand?: string;

  /**
   * Signal upon which it takes no new connections, serves the old ones to their end, and ends.
   *
   * @default 'SIGTERM'
   */
  readonly stopSignal?: string;

  /**
   * Whether it tells systemd when it is ready (sd_notify).
   *
   * @default false
   */
  readonly notifiesSystemd?: boolean;

  /** User under which it runs, which a package makes. It may bind ports below 1024 without being root. */
  readonly user: string;
}
