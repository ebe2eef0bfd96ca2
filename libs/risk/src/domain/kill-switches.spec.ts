import type { AccountId, TenantId } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import { killModes, nextSwitch, OPERATOR, strictness, switchScopes } from './kill-switch.js';
import type { KillMode, KillSwitch, SwitchScope } from './kill-switch.js';
import { KillSwitches } from './kill-switches.js';

const tenantId = 'ten_1' as TenantId;
const subject = {
  tenantId,
  accountId: 'acc_1' as AccountId,
  venue: 'PAPER',
  symbol: 'BTC/USDT',
  strategy: 'grid',
};
const scopes: SwitchScope[] = [
  { kind: 'ACCOUNT', value: 'acc_1' },
  { kind: 'STRATEGY', value: 'grid' },
  { kind: 'SYMBOL', value: 'BTC/USDT' },
  { kind: 'VENUE', value: 'PAPER' },
  { kind: 'ALL', value: '' },
];

let said = 0;
const word = (overrides: Partial<KillSwitch> = {}): KillSwitch => {
  said += 1;
  const scope: SwitchScope = { kind: 'ALL', value: '' };
  const by = { reason: 'drill', actor: 'user:1', traceId: null, cancelOrders: false };
  return {
    switchId: `ksw_${said}`,
    tenantId,
    scope,
    mode: 'HALT',
    version: said,
    at: said,
    ...by,
    ...overrides,
  };
};
const knowing = (...words: KillSwitch[]) => {
  const switches = new KillSwitches();
  for (const one of words) switches.take(one);
  return switches;
};

describe('KillSwitches', () => {
  it.each(scopes)('a switch of $kind covers the orders of it, and no others', (scope) => {
    const switches = knowing(word({ scope }));
    expect(switches.inForce(subject)?.mode).toBe('HALT');
    const other = {
      tenantId,
      accountId: 'acc_2' as AccountId,
      venue: 'X',
      symbol: 'ETH/USDT',
      strategy: null,
    };
    expect(switches.inForce(other) !== null).toBe(scope.kind === 'ALL');
    expect(switches.inForce({ ...subject, tenantId: 'ten_2' as TenantId })).toBeNull();
  });

  it("the operator's switch covers every tenant", () => {
    const switches = knowing(word({ tenantId: OPERATOR, mode: 'REDUCE_ONLY' }));
    expect(switches.inForce({ ...subject, tenantId: 'ten_2' as TenantId })?.mode).toBe('REDUCE_ONLY');
  });

  it('the strictest of those that apply wins, and a release of it leaves the next one', () => {
    const halt = word({ scope: scopes[2]! });
    const switches = knowing(
      word({ mode: 'REDUCE_ONLY' }),
      halt,
      word({ scope: scopes[3]!, mode: 'LIQUIDATE' }),
    );
    expect(switches.inForce(subject)?.mode).toBe('HALT');
    switches.take(nextSwitch({ ...halt, mode: null }, halt, 'ksw_r', 0));
    expect(switches.inForce(subject)?.mode).toBe('LIQUIDATE');
  });

  it('a word of a process that missed some is later all the same, by the clock', () => {
    const release = word({ mode: null, version: 5_000, at: 5_000 });
    const halt = nextSwitch(word(), undefined, 'ksw_h', 6_000);
    expect(knowing(release, halt).inForce(subject)?.switchId).toBe('ksw_h');
    expect(nextSwitch(word(), release, 'ksw_h', 4_000).version).toBe(5_001);
  });

  it('of two words said at the same time the stricter stands', () => {
    const words = [...killModes, null].map((mode) => word({ mode, version: 7 }));
    expect(knowing(...words).inForce(subject)?.mode).toBe('HALT');
    expect(knowing(words[3]!, words[0]!).inForce(subject)?.mode).toBe('REDUCE_ONLY');
  });

  it('in whichever order words come, and however often, the same ones stand', () => {
    const anyWord = fc.record({
      tenantId: fc.constantFrom<KillSwitch['tenantId']>(tenantId, OPERATOR),
      scope: fc.constantFrom(...scopes),
      mode: fc.constantFrom<KillMode | null>('HALT', 'LIQUIDATE', 'REDUCE_ONLY', null),
      version: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(
        fc.array(anyWord, { maxLength: 20 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        (drawn, order) => {
          const words = drawn.map((each) => word(each));
          const shuffled = [...words, ...order.map((at) => words[at % Math.max(1, words.length)]!)]
            .filter((one) => one !== undefined)
            .reverse();
          const state = (of: KillSwitches) => new Set(of.on().map(({ switchId }) => switchId));
          expect(state(knowing(...shuffled))).toEqual(state(knowing(...words)));
        },
      ),
    );
  });

  it('nothing stricter than the one in force applies', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...scopes)),
        fc.array(fc.constantFrom(...killModes)),
        (on, modes) => {
          const words = on.map((scope, at) =>
            word({ scope, mode: modes[at % Math.max(1, modes.length)] ?? 'HALT' }),
          );
          const switches = knowing(...words);
          const strictest = Math.max(0, ...switches.on().map(strictness));
          expect(strictness(switches.inForce(subject) ?? { mode: null })).toBe(strictest);
        },
      ),
    );
    expect(switchScopes).toHaveLength(scopes.length);
  });
});
