import { StickyAddress } from './sticky-address.js';

const record = (address: string, family: 4 | 6 = 4, ttl = 60_000) => ({
  address,
  family,
  ttl,
  timestamp: Date.now(),
});
const HOST = new URL('https://api.venue.example');

function records(...four: string[]) {
  return {
    records: { 4: { ips: four.map((address) => record(address)) }, 6: { ips: [record('2001:db8::1', 6)] } },
  };
}

it('stays with one address, so that a host has one pool', () => {
  const sticky = new StickyAddress();
  const found = records('192.0.2.1', '192.0.2.2');
  expect([1, 2, 3].map(() => sticky.pick(HOST, found, 4).address)).toEqual(Array(3).fill('192.0.2.1'));
});

it('moves on when the address could not be connected to, then has the name looked up anew', () => {
  const sticky = new StickyAddress();
  const found = records('192.0.2.1', '192.0.2.2');
  const seen: (string | undefined)[] = [];
  for (let count = 0; count < 5; count += 1) {
    const picked = sticky.pick(HOST, found, 4) as { address: string } | null;
    seen.push(picked?.address);
    sticky.moveOn(HOST.hostname);
  }
  expect(seen).toEqual(['192.0.2.1', '192.0.2.2', '2001:db8::1', undefined, '192.0.2.1']);
});

it('has a name looked up again when what it knows is old', () => {
  const sticky = new StickyAddress();
  const old = {
    records: { 4: { ips: [{ ...record('192.0.2.1'), timestamp: Date.now() - 60_001 }] }, 6: null },
  };
  expect(sticky.pick(HOST, old, 4)).toBeNull();
});
