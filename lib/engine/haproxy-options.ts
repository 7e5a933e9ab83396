/** Options of HAProxy. */
export interface HaproxyOptions {
  /**
   * Version of the distribution's package, such as '3.0.5-1.amzn2023.0.1', for every instance that boots from now on.
   *
   * @default - the newest that the image's release of Amazon Linux has
   */
  readonly packageVersion?: string;

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
