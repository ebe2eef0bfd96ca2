import { confirmed, unknown } from '@sextant/exchange';
import type { GatewayOutcome, VenuePosition } from '@sextant/exchange';
import type { AccountId } from '@sextant/kernel';
import { comparePositions } from './compare-account-positions.js';

const EVIDENCE = { kind: 'VENUE_ANSWER' as const, detail: {}, at: 5 };
const BTC = 'BTC/USDT:USDT';
const markets = {
  instrument: (symbol: string) => {
    if (symbol !== BTC) throw new Error('no such market');
    return { stepUnits: 10n ** 15n };
  },
};

function compare(
  booked: Record<string, bigint>,
  answer: GatewayOutcome<VenuePosition[]>,
  tellsPositions = true,
) {
  const positions = () =>
    Object.entries(booked).map(([name, signedUnits]) => {
      const [symbol, positionSide = 'NET'] = name.split('#');
      return { symbol, positionSide, signedUnits };
    });
  const account = {
    portfolio: { revision: 1, positions },
    row: { account_id: 'acc_1' as AccountId, venue: 'BINANCE_USDM' },
  };
  const link = { tellsPositions, call: async () => answer };
  return comparePositions(account as never, link as never, { markets } as never);
}

const held = (...lots: [name: string, signedLots: number][]) =>
  confirmed(
    lots.map(([name, signedLots]) => {
      const [symbol, positionSide = 'NET'] = name.split('#');
      return { symbol, positionSide, signedLots } as VenuePosition;
    }),
    EVIDENCE,
  );

describe('comparing positions', () => {
  it('finds none where both say the same', async () => {
    const [long, short] = [`${BTC}#LONG`, `${BTC}#SHORT`];
    expect(await compare({ [BTC]: 2n * 10n ** 15n }, held([BTC, 2]))).toEqual([]);
    const hedged = { [BTC]: 0n, [long]: 5n * 10n ** 15n, [short]: -3n * 10n ** 15n };
    expect(await compare(hedged, held([short, -3], [long, 5]))).toEqual([]);
  });

  it('compares each side of hedge mode by itself: two that are off alike are off', async () => {
    const [long, short] = [`${BTC}#LONG`, `${BTC}#SHORT`];
    const hedged = { [long]: 10n ** 15n, [short]: -(10n ** 15n) };
    expect(await compare(hedged, held())).toMatchObject([
      { status: 'OPEN', ledger: '0.001', venue: '0', evidence: { positionSide: 'LONG' } },
      { status: 'OPEN', ledger: '-0.001', venue: '0', evidence: { positionSide: 'SHORT' } },
    ]);
    expect(await compare({ [long]: 10n ** 15n }, held([long, 1], [short, -2]))).toMatchObject([
      { status: 'OPEN', ledger: '0', venue: '-0.002', evidence: { positionSide: 'SHORT' } },
    ]);
  });

  it('leaves spot to the balances, and markets that cannot be counted to whom they concern', async () => {
    expect(await compare({ 'BTC/USDT': 10n ** 18n }, held(['ODD/USDT:USDT', 1]))).toEqual([]);
  });

  it('is open where it was traded here, with what to do; and noted where it never was', async () => {
    expect(await compare({ [BTC]: 10n ** 15n }, held([BTC, 3]))).toMatchObject([
      {
        subject: 'POSITION',
        classification: 'UNEXPLAINED',
        status: 'OPEN',
        symbol: BTC,
        ledger: '0.001',
        venue: '0.003',
        difference: '0.002',
        hint: expect.stringContaining('POST /api/reconciliations {"accountId":"acc_1"}') as string,
      },
    ]);
    expect(await compare({}, held([BTC, 3]))).toMatchObject([{ status: 'NOTED', hint: null }]);
  });

  it('asks no venue that has none, and knows nothing when it does not answer', async () => {
    const silent = unknown({ code: 'TIMEOUT', detail: '' }, { ...EVIDENCE, kind: 'TRANSPORT' as const });
    expect(await compare({ [BTC]: 1n }, silent, false)).toEqual([]);
    expect(await compare({}, silent)).toBeNull();
  });
});
