import type { BudgetRule, ChannelProfile } from '../../domain/channel/channel-profile.js';
import { checkProfile } from './check-profile.js';

function profile(root: string, over: Partial<ChannelProfile> = {}): ChannelProfile {
  return {
    venue: 'V',
    endpoints: { api: [root] },
    budgets: [],
    serverTime: null,
    validityWindowMs: null,
    ...over,
  };
}

it.each(['https://api.venue.example', 'https://api.venue.example:8443/api/v3'])('takes %s', (root) => {
  expect(() => checkProfile(profile(root))).not.toThrow();
});

it.each([
  ['http://api.venue.example', 'must be called over https'],
  ['ftp://api.venue.example', 'must be called over https'],
  ['https://api.venue.example/', 'bare root'],
  ['https://user:x@api.venue.example', 'bare root'],
  ['https://api.venue.example?x=1', 'bare root'],
  ['https://localhost', 'is this machine'],
  ['https://127.0.0.1:8443', 'is this machine'],
  ['https://127.1', 'is this machine'],
  ['https://2130706433', 'is this machine'],
  ['https://[::1]', 'is this machine'],
])('refuses %s', (root, complaint) => {
  expect(() => checkProfile(profile(root))).toThrow(complaint);
});

it('lets a rehearsal call this machine, and no other one without encryption', () => {
  const allowLoopback = true;
  expect(() => checkProfile(profile('http://127.0.0.1:9100', { allowLoopback }))).not.toThrow();
  expect(() => checkProfile(profile('http://10.0.0.7', { allowLoopback }))).toThrow(
    'must be called over https',
  );
});

it('refuses a profile without endpoints, and limits that allow nothing or share a name', () => {
  const rule: BudgetRule = {
    ...{ name: 'w', limit: 1, windowMs: 1, scope: 'ADDRESS', buckets: ['trading'], counts: 'CALLS' },
  };
  const root = 'https://api.venue.example';
  expect(() => checkProfile(profile(root, { endpoints: { api: [] } }))).toThrow('V has no endpoint');
  expect(() => checkProfile(profile(root, { budgets: [rule, rule] }))).toThrow('two limits of one name');
  for (const bad of [{ limit: 0 }, { limit: Number.NaN }, { windowMs: 0 }]) {
    expect(() => checkProfile(profile(root, { budgets: [{ ...rule, ...bad }] }))).toThrow(
      'the limit w allows nothing',
    );
  }
});
