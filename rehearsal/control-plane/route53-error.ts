/** How Route 53 says no. */

/** The errors that are played, with their HTTP status. Source: Route 53 API reference; 400 where it names none. */
const STATUS = {
  InvalidInput: 400,
  InvalidChangeBatch: 400,
  PriorRequestNotComplete: 400,
  Throttling: 400,
  TooManyHealthChecks: 400,
  NoSuchHostedZone: 404,
  NoSuchHealthCheck: 404,
  NoSuchChange: 404,
  HealthCheckAlreadyExists: 409,
  ProtectionAlreadyExists: 409,
  InvalidResourceRecordSetProtectionBatch: 400,
} as const;

type Route53ErrorName = keyof typeof STATUS;

/** `name` is the error's code, as in the SDK. A change batch lists everything that is wrong with it in `messages`. */
export class Route53Error extends Error {
  readonly statusCode: number;
  readonly messages: readonly string[];

  constructor(
    override readonly name: Route53ErrorName,
    messages: string | readonly string[],
  ) {
    const all = typeof messages === 'string' ? [messages] : messages;
    super(typeof messages === 'string' ? messages : `[${all.join(', ')}]`);
    this.statusCode = STATUS[name];
    this.messages = all;
  }
}
