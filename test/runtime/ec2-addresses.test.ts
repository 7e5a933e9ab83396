import {
  AssociateAddressCommand,
  DescribeAddressesCommand,
  DescribeNetworkInterfacesCommand,
  DisassociateAddressCommand,
  EC2Client,
  EC2ServiceException,
} from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { Ec2Addresses } from '../../runtime/aws/ec2-addresses';
import { Ec2Release } from '../../runtime/aws/ec2-release';
import { Refused } from '../../runtime/ports';

const client = new EC2Client({ region: 'eu-west-1' });
const ec2 = mockClient(client);
const addresses = new Ec2Addresses(client, client);

beforeEach(() => ec2.reset());

test('shows the instance of each interface, its secondary addresses and what is on them, over all pages', async () => {
  ec2
    .on(DescribeNetworkInterfacesCommand)
    .resolvesOnce({
      NextToken: 'more',
      NetworkInterfaces: [
        {
          NetworkInterfaceId: 'eni-1',
          Attachment: { InstanceId: 'i-1' },
          PrivateIpAddresses: [
            { PrivateIpAddress: '10.0.0.4', Primary: true, Association: { AllocationId: 'eipalloc-9' } },
            {
              PrivateIpAddress: '10.0.0.11',
              Primary: false,
              Association: { AllocationId: 'eipalloc-1', AssociationId: 'eipassoc-1', PublicIp: '198.51.100.1' },
            },
            { PrivateIpAddress: '10.0.0.12', Primary: false },
          ],
        },
      ],
    })
    .resolvesOnce({
      NetworkInterfaces: [{ NetworkInterfaceId: 'eni-2', PrivateIpAddresses: [{ PrivateIpAddress: '10.0.1.4', Primary: true }] }],
    });

  expect(await addresses.interfaces(['eni-1', 'eni-2'])).toEqual([
    {
      interfaceId: 'eni-1',
      instanceId: 'i-1',
      secondaryAddresses: [
        {
          privateAddress: '10.0.0.11',
          allocationId: 'eipalloc-1',
          associationId: 'eipassoc-1',
          publicIp: '198.51.100.1',
        },
        { privateAddress: '10.0.0.12' },
      ],
    },
    { interfaceId: 'eni-2', instanceId: undefined, secondaryAddresses: [] },
  ]);
});

test('an address that is associated with nothing has no place, also when an emulator writes empty strings', async () => {
  ec2.on(DescribeAddressesCommand).resolves({
    Addresses: [
      { AllocationId: 'eipalloc-1', PublicIp: '198.51.100.1', AssociationId: '', NetworkInterfaceId: '', PrivateIpAddress: '' },
      { AllocationId: 'eipalloc-2', PublicIp: '198.51.100.2' },
      {
        AllocationId: 'eipalloc-3',
        PublicIp: '198.51.100.3',
        AssociationId: 'eipassoc-3',
        NetworkInterfaceId: 'eni-1',
        PrivateIpAddress: '10.0.0.11',
      },
    ],
  });

  expect(await addresses.addresses(['eipalloc-1', 'eipalloc-2', 'eipalloc-3'])).toEqual([
    { allocationId: 'eipalloc-1', publicIp: '198.51.100.1' },
    { allocationId: 'eipalloc-2', publicIp: '198.51.100.2' },
    {
      allocationId: 'eipalloc-3',
      publicIp: '198.51.100.3',
      associationId: 'eipassoc-3',
      interfaceId: 'eni-1',
      privateAddress: '10.0.0.11',
    },
  ]);
});

test('a secondary address carries nothing also when an emulator writes empty strings', async () => {
  ec2.on(DescribeNetworkInterfacesCommand).resolves({
    NetworkInterfaces: [
      {
        NetworkInterfaceId: 'eni-1',
        Attachment: { InstanceId: '' },
        PrivateIpAddresses: [
          { PrivateIpAddress: '10.0.0.11', Association: { AllocationId: '', AssociationId: '', PublicIp: '' } },
        ],
      },
    ],
  });

  expect(await addresses.interfaces(['eni-1'])).toEqual([
    { interfaceId: 'eni-1', instanceId: undefined, secondaryAddresses: [{ privateAddress: '10.0.0.11' }] },
  ]);
});

test('asks with filters, because an id that is gone would fail the call for all the others', async () => {
  ec2.on(DescribeAddressesCommand).resolves({}).on(DescribeNetworkInterfacesCommand).resolves({});

  expect(await addresses.addresses(['eipalloc-1'])).toEqual([]);
  expect(await addresses.interfaces(['eni-1'])).toEqual([]);

  expect(ec2.calls().map(({ args: [{ input }] }) => input)).toEqual([
    { Filters: [{ Name: 'allocation-id', Values: ['eipalloc-1'] }] },
    expect.objectContaining({ Filters: [{ Name: 'network-interface-id', Values: ['eni-1'] }] }),
  ]);
});

test('moves an address with one call that may take it from its holder', async () => {
  ec2.on(AssociateAddressCommand).resolves({});

  await addresses.associate({ allocationId: 'eipalloc-1', interfaceId: 'eni-2', privateAddress: '10.0.1.11' });

  expect(ec2.calls().map(({ args: [{ input }] }) => input)).toEqual([
    { AllocationId: 'eipalloc-1', NetworkInterfaceId: 'eni-2', PrivateIpAddress: '10.0.1.11', AllowReassociation: true },
  ]);
});

describe('an association that fails', () => {
  const move = { allocationId: 'eipalloc-1', interfaceId: 'eni-2', privateAddress: '10.0.1.11' };
  const answer = (name: string, status: number) =>
    new EC2ServiceException({ name, message: 'no', $fault: 'client', $metadata: { httpStatusCode: status } });
  const calls = () => ec2.commandCalls(AssociateAddressCommand).length;

  test.each([
    ['InvalidAllocationID.NotFound', 400],
    ['RequestLimitExceeded', 503],
  ])('with %s is refused for certain, and not repeated here', async (name, status) => {
    ec2.on(AssociateAddressCommand).rejects(answer(name, status));

    await expect(addresses.associate(move)).rejects.toBeInstanceOf(Refused);
    expect(calls()).toBe(1);
  });

  test('with an error of EC2 itself is repeated at once', async () => {
    ec2.on(AssociateAddressCommand).rejectsOnce(answer('InternalError', 500)).resolves({});

    await addresses.associate(move);

    expect(calls()).toBe(2);
  });

  test('with a refusal after an error of EC2 itself may have had an effect all the same', async () => {
    ec2.on(AssociateAddressCommand).rejectsOnce(answer('InternalError', 500)).rejects(answer('RequestLimitExceeded', 503));

    await expect(addresses.associate(move)).rejects.not.toBeInstanceOf(Refused);
    expect(calls()).toBe(2);
  });

  test('with errors of EC2 itself again and again may have had an effect all the same', async () => {
    ec2.on(AssociateAddressCommand).rejects(answer('InternalError', 500));

    await expect(addresses.associate(move)).rejects.not.toBeInstanceOf(Refused);
    expect(calls()).toBe(3);
  });

  test('without an answer may still be on its way, and is not repeated', async () => {
    ec2.on(AssociateAddressCommand).rejects(Object.assign(new Error('timeout'), { name: 'TimeoutError' }));

    await expect(addresses.associate(move)).rejects.not.toBeInstanceOf(Refused);
    expect(calls()).toBe(1);
  });
});

test('lets an address go by its association', async () => {
  ec2.on(DisassociateAddressCommand).resolves({});

  await new Ec2Release(client).disassociate('eipassoc-1');

  expect(ec2.calls().map(({ args: [{ input }] }) => input)).toEqual([{ AssociationId: 'eipassoc-1' }]);
});
