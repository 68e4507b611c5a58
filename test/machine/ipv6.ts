import { networkInterfaces } from 'node:os'

/** Whether this machine has IPv6; some have it switched off. */
export const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))

/** The loopback address of IPv6, or where there is none that of IPv4. */
export const LOOPBACK_6 = hasIpv6 ? '::1' : '127.0.0.1'

/** Of test cases with a host each, those that this machine can have. */
export function withHosts<Case extends readonly unknown[]>(
  cases: readonly Case[],
  host: (one: Case) => string,
): Case[] {
  return cases.filter((one) => hasIpv6 || !host(one).includes(':'))
}
