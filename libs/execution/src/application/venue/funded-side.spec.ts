import type { AccountId } from '@sextant/kernel';
import { PortfolioState } from '@sextant/portfolio';
import { fundedSide } from './funded-side.js';

const SYMBOL = 'BTC/USDT:USDT';
const ONE = 10n ** 18n;
const at = 1_700_000_000_000;

function account(sizes: { LONG?: bigint; SHORT?: bigint; NET?: bigint }): PortfolioState {
  const state = PortfolioState.empty('acc_00000000000000000000000000000001' as AccountId, 'FUTURES');
  for (const side of ['NET', 'LONG', 'SHORT'] as const) {
    const signedUnits = sizes[side];
    if (signedUnits === undefined) continue;
    state.applyOpening({
      fact: {
        kind: 'OPENING_POSITION',
        symbol: SYMBOL,
        positionSide: side,
        signedUnits,
        costUnits: signedUnits,
      },
      transactionId: `ltx_${side}` as never,
      reference: side,
      occurredAt: at,
      memo: {},
    });
  }
  return state;
}

const funding = (units: bigint) => ({ symbol: SYMBOL, kind: 'FUNDING' as const, units, at });

it('is of the one position of an account that nets', () => {
  const one = funding(-2n);
  expect(fundedSide(one, [one], account({ NET: ONE }))).toBe('NET');
  expect(fundedSide(one, [one], account({}))).toBe('NET');
});

it('is of the side that is held', () => {
  const one = funding(-2n);
  expect(fundedSide(one, [one], account({ LONG: ONE }))).toBe('LONG');
  expect(fundedSide(one, [one], account({ SHORT: -ONE }))).toBe('SHORT');
});

it('of two at one stamp the larger is of the larger position, each of one of them', () => {
  const [paid, received] = [funding(-6n), funding(2n)];
  const both = account({ LONG: 3n * ONE, SHORT: -ONE });
  expect(fundedSide(paid, [paid, received], both)).toBe('LONG');
  expect(fundedSide(received, [paid, received], both)).toBe('SHORT');
  const [a, b] = [funding(-2n), funding(2n)];
  const equal = account({ LONG: ONE, SHORT: -ONE });
  expect([fundedSide(a, [a, b], equal), fundedSide(b, [a, b], equal)].sort()).toEqual(['LONG', 'SHORT']);
});
