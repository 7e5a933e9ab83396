/** Options of nginx. */
export interface NginxOptions {
  /**
   * Version of the distribution's packages nginx and nginx-mod-stream, such as '1:1.26.3-1.amzn2023.0.1', for every instance that boots
   * from now on.
   *
   * @default - the newest that the image's release of Amazon Linux has
   */
  readonly packageVersion?: string;

  /**
   * Lines that are added as they are to the section 'http', such as a 'map' or a cache for the listeners' own lines. nginx checks
   * them on the instance, not at synth.
   *
   * @default - no lines
   */
  readonly httpDirectives?: string[];

  /**
   * Lines that are added as they are to the section 'stream', which is written only for TCP and TLS listeners. nginx checks them on
   * the instance, not at synth.
   *
   * @default - no lines
   */
  readonly streamDirectives?: string[];
}
