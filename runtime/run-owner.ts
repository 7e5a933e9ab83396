import type { Context } from 'aws-lambda';

/**
 * Names one run, unlike every other: Lambda may deliver one asynchronous request twice, under one id, but each execution
 * environment has its own log stream and runs one invocation at a time.
 */
export function ownerOf({ awsRequestId, logStreamName }: Pick<Context, 'awsRequestId' | 'logStreamName'>): string {
  return `${awsRequestId} ${logStreamName}`;
}
