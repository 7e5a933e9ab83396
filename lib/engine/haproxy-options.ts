/**
 * How requests share connections to HTTP targets. What is at stake: a target may close a connection that it finds idle at the very moment
 * at which a request travels over it, and that request gets no answer.
 */
export enum ConnectionReuse {
  /**
   * No request is lost, and none is sent twice that must not be. Those that change nothing (GET, HEAD and OPTIONS without a body) take an
   * idle connection, whoever opened it, and are sent again, up to five times, if it closes before the first byte of the answer. All
   * others open a connection of their own, which is closed after the answer: of a request upon which a target may have acted nobody
   * can tell whether to send it again.
   */
  SAFE = 'safe',

  /**
   * Every request takes an idle connection and none is sent again: faster than `SAFE` where most requests are no GET. **Risk:** a request
   * that meets a closing connection gets no answer. Only for targets that keep idle connections open longer than any pause in the
   * traffic.
   */
  ALWAYS = 'always',

  /** Connections to targets belong to one client each, for targets that know a client by its connection. The slowest. */
  NEVER = 'never',
}

/** Options of HAProxy. */
export interface HaproxyOptions {
  /**
   * Version of the distribution's package, such as '3.0.5-1.amzn2023.0.1', for every instance that boots from now on.
   *
   * @default - the newest that the image's release of Amazon Linux has
   */
  readonly packageVersion?: string;

  /**
   * How requests share connections to HTTP targets.
   *
   * @default ConnectionReuse.SAFE
   */
  readonly connectionReuse?: ConnectionReuse;

  /**
   * Lines that are added as they are to the section 'global'. HAProxy checks them on the instance, not at synth.
   *
   * @default - no lines
   */
  readonly globalDirectives?: string[];

  /**
   * Lines that are added as they are to the section 'defaults'. HAProxy checks them on the instance, not at synth.
   *
   * @default - no lines
   */
  readonly defaultsDirectives?: string[];
}
