/** The address families in which clients reach a fleet. */
export enum IpAddressType {
  /** IPv4 alone: an Elastic IP for each slot. */
  IPV4 = 'ipv4',

  /**
   * IPv4 and IPv6: each slot has an IPv6 address beside its Elastic IP, and a name gets AAAA records beside its A records. The address
   * belongs to the slot's interface and outlives every instance; only a change that replaces the interface (another subnet, for
   * instance) brings another one. Route 53 bills a second health check for each slot. Virtual IPs stay IPv4: there are no Elastic IPs
   * for IPv6. In an elastic fleet both addresses are those of an instance, and come and go with it.
   *
   * The VPC needs an IPv6 block in every subnet of the fleet and a route for `::/0` to its internet gateway, as
   * `ipProtocol: ec2.IpProtocol.DUAL_STACK` makes them.
   */
  DUAL_STACK = 'dualstack',
}
