/**
 * Answers a custom resource request of CloudFormation, which waits for an HTTPS PUT to a presigned URL and, without one, for as
 * long as an hour. So there is always an answer, also when the work throws, and it is sent again until it arrived, a bounded
 * number of times.
 *
 * Gotchas: the URL is signed for an empty content type, and it is a secret: it appears in no message.
 */
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';
import type { Clock } from './ports';
import { reasonOf } from './reason-of';

const TIMEOUT_MS = 5000;
/** Pauses before each try. */
const PAUSES_MS = [0, 1000, 2000, 4000, 8000];
/** CloudFormation refuses answers of more than 4 KB. */
const MAX_REASON_LENGTH = 1000;

/** What a custom resource became. */
export interface CustomResourceOutcome {
  readonly physicalId: string;
  readonly attributes: Record<string, string>;
}

/**
 * Does the work and answers with its outcome.
 *
 * @param idOnFailure physical id of a resource whose creation failed: CloudFormation deletes it under this id
 */
export async function answer(
  event: CloudFormationCustomResourceEvent<object, object>,
  idOnFailure: string,
  clock: Clock,
  work: () => Promise<CustomResourceOutcome>,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const common = { StackId, RequestId, LogicalResourceId };
  const response: CloudFormationCustomResourceResponse = await work().then(
    ({ physicalId, attributes }) => ({ ...common, Status: 'SUCCESS', PhysicalResourceId: physicalId, Data: attributes }),
    (error: unknown) => ({
      ...common,
      Status: 'FAILED',
      PhysicalResourceId: event.RequestType === 'Create' ? idOnFailure : event.PhysicalResourceId,
      Reason: reasonOf(error).slice(0, MAX_REASON_LENGTH),
    }),
  );
  await send(new URL(event.ResponseURL), JSON.stringify(response), clock);
}

async function send(url: URL, body: string, clock: Clock): Promise<void> {
  let problem = '';
  for (const pause of PAUSES_MS) {
    await clock.sleep(pause);
    try {
      const status = await put(url, body);
      if (status >= 200 && status < 300) return;
      problem = `status ${status}`;
    } catch (error) {
      problem = reasonOf(error);
    }
  }
  throw new Error(
    `CloudFormation must take the answer, got ${problem} at each of ${PAUSES_MS.length} tries: cancel or retry the stack`,
  );
}

function put(url: URL, body: string): Promise<number> {
  const request = url.protocol === 'http:' ? httpRequest : httpsRequest;
  const options: RequestOptions = {
    method: 'PUT',
    headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    agent: false,
  };
  return new Promise((resolve, reject) => {
    const call = request(url, options, (response) => {
      response.on('error', reject);
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    call.on('error', reject);
    call.end(body);
  });
}
