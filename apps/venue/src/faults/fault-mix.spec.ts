import { readFaultRule } from '../admin/fault-request.js';
import { Random } from '../engine/random.js';
import { Rehearsal } from '../venue-client.contract.js';
import { drawFaultMix } from './fault-mix.js';

const mixes = Array.from({ length: 200 }, (_, seed) => drawFaultMix(new Random(seed)));

describe('a mix of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(drawFaultMix(new Random(7))).toEqual(mixes[7]);
    expect(new Set(mixes.map((mix) => JSON.stringify(mix))).size).toBe(mixes.length);
  });

  it('holds rules as the operator could have sent them', () => {
    for (const rule of mixes.flatMap(({ rules }) => rules)) expect(readFaultRule(rule)).toEqual(rule);
  });

  it('leaves no class of fault out over many seeds, and none in every mix', () => {
    const counts = new Map<string, number>();
    for (const { rules } of mixes) {
      for (const kind of new Set(rules.map(({ target, action }) => `${target} ${action.kind}`))) {
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(19);
    for (const count of counts.values()) expect(count > 50 && count < mixes.length).toBe(true);
  });

  it('is set by one call, and its venue keeps its books through it', async () => {
    const alice = await Rehearsal.start({ limits: { ordersPer10Seconds: 1_000 } });
    alice.house('SELL', 4_000_000, 1_000_000);
    const { rules } = alice.admin.unleash(11);
    expect(alice.venue.core.faults.rules()).toHaveLength(rules.length);
    const calls = Array.from({ length: 60 }, (_, count) =>
      Promise.race([
        alice
          .limit(count % 2 === 0 ? 'BUY' : 'SELL', '0.01', count % 3 === 0 ? '40000' : '39000')
          .catch(() => null),
        new Promise((resolve) => setTimeout(resolve, 400)),
      ]),
    );
    await Promise.all(calls);
    expect(alice.admin.journal({ kind: 'fault' }).length).toBeGreaterThan(0);
    expect(alice.admin.conservation().every(({ deposited, held }) => deposited === held)).toBe(true);
    alice.admin.calm();
    expect((await alice.limit('BUY', '0.01', '30000')).status).toBe(200);
    await alice.close();
  });
});
