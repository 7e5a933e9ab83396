/** The part of dns-packet that is used here; it brings no types of its own. */
declare module 'dns-packet' {
  export interface Question {
    name: string;
    type: string;
    class?: string;
  }

  export interface Opt {
    type: 'OPT';
    name: '.';
    udpPayloadSize: number;
    extendedRcode?: number;
    ednsVersion?: number;
    flags?: number;
    options?: { code: number; data: Buffer }[];
  }

  export interface SoaData {
    mname: string;
    rname: string;
    serial: number;
    refresh: number;
    retry: number;
    expire: number;
    minimum: number;
  }

  export type Answer =
    | { type: 'A' | 'AAAA' | 'NS'; name: string; ttl: number; data: string }
    | { type: 'SOA'; name: string; ttl: number; data: SoaData }
    | { type: 'CNAME' | 'PTR'; name: string; ttl: number; data: string }
    | { type: 'TXT'; name: string; ttl: number; data: Buffer[] }
    | {
        type: 'MX' | 'SRV' | 'CAA' | 'NAPTR' | 'DS' | 'SSHFP' | 'TLSA';
        name: string;
        ttl: number;
        data: Record<string, unknown>;
      };

  export interface Packet {
    type?: 'query' | 'response';
    id?: number;
    flags?: number;
    questions?: Question[];
    answers?: Answer[];
    authorities?: Answer[];
    additionals?: (Answer | Opt)[];
  }

  export type DecodedPacket = Required<Packet> & {
    rcode: string;
    opcode: string;
    flag_aa: boolean;
    flag_tc: boolean;
    flag_rd: boolean;
    flag_ra: boolean;
  };

  export function decode(message: Buffer): DecodedPacket;
  export function encode(packet: Packet): Buffer;
  export function streamEncode(packet: Packet): Buffer;
  export const name: { encode(name: string): Buffer };
}
