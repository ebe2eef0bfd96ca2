import type { ChannelProfile } from '../../domain/channel/channel-profile.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Endpoints are pinned by the profile, encrypted and elsewhere; only a profile made for it may name this
 * machine.
 * @throws Error naming the endpoint or the limit that may not be
 */
export function checkProfile({ venue, endpoints, budgets, allowLoopback = false }: ChannelProfile): void {
  const roots = Object.values(endpoints).flat();
  if (roots.length === 0) throw new Error(`${venue} has no endpoint`);
  for (const root of roots) {
    const { protocol, hostname, username, search, hash } = new URL(root);
    const isLocal = LOOPBACK.test(hostname);
    if (username !== '' || search !== '' || hash !== '' || root.endsWith('/'))
      throw new Error(`${venue}: ${hostname} must be a bare root without a slash at its end`);
    if (isLocal && !allowLoopback) throw new Error(`${venue}: ${hostname} is this machine`);
    if (protocol !== 'https:' && !(protocol === 'http:' && isLocal))
      throw new Error(`${venue}: ${hostname} must be called over https`);
  }
  const names = new Set(budgets.map(({ name }) => name));
  if (names.size !== budgets.length) throw new Error(`${venue}: two limits of one name`);
  const bad = budgets.find(({ limit, windowMs }) => !(limit >= 1 && windowMs >= 1));
  if (bad !== undefined) throw new Error(`${venue}: the limit ${bad.name} allows nothing`);
}
