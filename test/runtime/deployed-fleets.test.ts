import { CloudFormationClient, ListStackResourcesCommand, type StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { ENV } from '../../lib/private/takeover-contract';
import { explainAwsError } from '../../runtime/aws/aws-error';
import { DeployedFleets, operatorPorts } from '../../runtime/aws/deployed-fleets';

const cloudFormation = mockClient(CloudFormationClient);
const lambda = mockClient(LambdaClient);
const fleets = new DeployedFleets(new CloudFormationClient({ region: 'eu-west-1' }), new LambdaClient({ region: 'eu-west-1' }));

beforeEach(() => {
  cloudFormation.reset();
  lambda.reset();
});

const resource = (ResourceType: string, PhysicalResourceId: string, ResourceStatus = 'CREATE_COMPLETE') =>
  ({ ResourceType, PhysicalResourceId, ResourceStatus }) as StackResourceSummary;
const lambdaFunction = (name: string) => resource('AWS::Lambda::Function', name);

function stack(name: string, ...pages: StackResourceSummary[][]): void {
  pages.forEach((StackResourceSummaries, page) => {
    const NextToken = page + 1 < pages.length ? String(page + 1) : undefined;
    cloudFormation
      .on(ListStackResourcesCommand, page === 0 ? { StackName: name } : { StackName: name, NextToken: String(page) }, page > 0)
      .resolves({ StackResourceSummaries, NextToken });
  });
}

function environment(FunctionName: string, Variables?: Record<string, string>): void {
  lambda.on(GetFunctionConfigurationCommand, { FunctionName }).resolves({ Environment: Variables && { Variables } });
}

const told = (role: string, fleet: string) => ({
  [ENV.role]: role,
  [ENV.topology]: `{"fleet":"${fleet}"}`,
  [ENV.table]: `table of ${fleet}`,
});
const failure = (name: string, message: string) => Object.assign(new Error(message), { name, $metadata: {} });

test('finds the takeover functions of a stack and of the stacks in it, and nothing else', async () => {
  stack(
    'Demo',
    [lambdaFunction('takeover-1'), lambdaFunction('lifecycle-1'), resource('AWS::S3::Bucket', 'bucket')],
    [resource('AWS::CloudFormation::Stack', 'arn:nested'), resource('AWS::Lambda::Function', 'old', 'DELETE_COMPLETE')],
  );
  stack('arn:nested', [lambdaFunction('takeover-2'), lambdaFunction('somebody-elses')]);
  environment('takeover-1', told('takeover', 'Edge'));
  environment('lifecycle-1', told('lifecycle', 'Edge'));
  environment('takeover-2', told('takeover', 'Inner'));
  environment('somebody-elses');

  expect(await fleets.of('Demo')).toEqual([
    { functionName: 'takeover-1', topology: '{"fleet":"Edge"}', table: 'table of Edge' },
    { functionName: 'takeover-2', topology: '{"fleet":"Inner"}', table: 'table of Inner' },
  ]);
});

test('passes over functions that the operator must not see, unless there is no other', async () => {
  stack('Demo', [lambdaFunction('secret'), lambdaFunction('gone'), lambdaFunction('takeover')]);
  lambda.on(GetFunctionConfigurationCommand, { FunctionName: 'secret' }).rejects(failure('AccessDeniedException', 'no'));
  lambda.on(GetFunctionConfigurationCommand, { FunctionName: 'gone' }).rejects(failure('ResourceNotFoundException', 'gone'));
  environment('takeover', told('takeover', 'Edge'));
  stack('Secrets', [lambdaFunction('secret')]);

  expect(await fleets.of('Demo')).toHaveLength(1);
  await expect(fleets.of('Secrets')).rejects.toThrow('no');
});

test('does not take an environment that cannot be decrypted for an empty one', async () => {
  stack('Demo', [lambdaFunction('takeover')]);
  lambda
    .on(GetFunctionConfigurationCommand)
    .resolves({ Environment: { Error: { ErrorCode: 'AccessDeniedException', Message: 'kms:Decrypt' } } });

  await expect(fleets.of('Demo')).rejects.toThrow('kms:Decrypt');
});

test('a hint invokes the takeover function and does not wait for it', async () => {
  lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
  const topology = { fleet: 'Edge', slots: [], virtualIps: [], probes: [] };

  await operatorPorts({ functionName: 'takeover', table: 'table', topology: '' }, topology).hint();

  const [call] = lambda.commandCalls(InvokeCommand);
  expect(call?.args[0].input).toMatchObject({ FunctionName: 'takeover', InvocationType: 'Event' });
});

test.each<[string, Error, RegExp | undefined]>([
  [
    'no credentials',
    failure('CredentialsProviderError', 'Could not load\n credentials'),
    /^AWS credentials are needed, got none \(Could not load credentials\): log in/,
  ],
  [
    'a session that has ended',
    failure('ExpiredTokenException', 'The token has expired'),
    /^AWS does not accept these credentials .*: log in again$/,
  ],
  ['no Region', new Error('Region is missing'), /^a Region is needed, got none: use --region/],
  ['an unknown stack', failure('ValidationError', 'Stack with id Nope does not exist'), /^no such stack .*Nope.*: check --stack/],
  [
    'a missing permission',
    failure('AccessDeniedException', 'User: x is not authorized to perform: dynamodb:UpdateItem'),
    /^not allowed \(User: x .*dynamodb:UpdateItem\): ask/,
  ],
  ['the same in EC2', failure('UnauthorizedOperation', 'You are not authorized'), /^not allowed/],
  ['no network', Object.assign(new Error('getaddrinfo ENOTFOUND x'), { code: 'ENOTFOUND' }), /^AWS could not be reached/],
  ['any other answer', failure('ThrottlingException', 'Rate exceeded'), /^AWS answered ThrottlingException \(Rate exceeded\)/],
  ['a mistake of ours', new TypeError('x is not a function'), undefined],
])('explains %s in one line', (_, error, expected) => {
  const text = explainAwsError(error);

  if (expected === undefined) expect(text).toBeUndefined();
  else expect(text).toMatch(expected);
});
