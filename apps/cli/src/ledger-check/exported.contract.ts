import { parseScaled } from '@sextant/kernel';
import type { AccountId, FillId, LedgerTransactionId, OrderId } from '@sextant/kernel';
import { canonicalJson, GENESIS_HASH, ledgerHash, textHash } from '@sextant/platform';
import type { CommitPlan, LedgerTransactionPlan } from '@sextant/platform';
import { PortfolioState } from '@sextant/portfolio';
import type { BookedFill, CashFact, PositionSide } from '@sextant/portfolio';
import type { JsonObject } from '@sextant/contracts';
import { fc } from '../../../../test/support/property.js';

export const ACCOUNT = 'acc_00000000000000000000000000000001' as AccountId;

/** What happens to an account in a test. */
export type Happening =
  | { fact: CashFact }
  | { fill: BookedFill }
  | { lateFee: BookedFill }
  | { history: BookedFill }
  | { restated: { symbol: string; signedUnits: bigint; costUnits: bigint; realizedUnits: bigint } }
  | {
      funding: {
        kind: 'FUNDING' | 'INSURANCE';
        symbol: string;
        positionSide: PositionSide;
        units: bigint;
      };
    };

const SPOT = ['BTC/USDT', 'ETH/USDT', 'ETH/BTC', 'BNB/USDT'];
const PERPETUALS = ['BTC/USDT:USDT', 'ETH/USDT:USDT'];
const SIDES = ['NET', 'LONG', 'SHORT'] as const;
const START = 1_700_000_000_000;

const aFill: fc.Arbitrary<BookedFill> = fc
  .record({
    symbol: fc.constantFrom(...SPOT, ...PERPETUALS),
    hedged: fc.constantFrom(...SIDES),
    liquidation: fc.boolean(),
    settled: fc.option(fc.bigInt({ min: -(10n ** 11n), max: 10n ** 11n })),
    side: fc.constantFrom('BUY' as const, 'SELL' as const),
    baseUnits: fc.bigInt({ min: 10n ** 9n, max: 10n ** 22n }),
    notionalUnits: fc.bigInt({ min: 1n, max: 10n ** 25n }),
    feePart: fc.integer({ min: -900, max: 900 }),
    feeIn: fc.constantFrom('base', 'quote', 'BNB', 'KCS'),
    worth: fc.option(fc.bigInt({ min: 0n, max: 10n ** 20n })),
    strategy: fc.constantFrom(null, 'grid', 'trend', 'Über "alles"'),
  })
  .map(({ feePart, feeIn, worth, hedged, liquidation, settled, ...rest }): BookedFill => {
    const [base, quote] = rest.symbol.split(/[/:]/) as [string, string];
    const perpetual = {
      ...(hedged !== 'NET' && { positionSide: hedged }),
      ...(liquidation && { liquidation: true as const }),
      settledUnits: settled,
    };
    const feeAsset = feeIn === 'base' ? base : feeIn === 'quote' ? quote : feeIn;
    const whole = feeAsset === base ? rest.baseUnits : parseScaled('1');
    const feeUnits = (whole * BigInt(feePart)) / 1000n;
    const feeValueUnits = worth !== null && feeUnits < 0n ? -worth : worth;
    const ids = { fillId: 'fil_' as FillId, orderId: 'ord_1' as OrderId, venueTradeId: '1', venue: 'PAPER' };
    const terms = { lots: 1, priceTicks: 1, role: 'TAKER' as const, executedAt: START };
    return {
      ...rest,
      ...ids,
      ...terms,
      base,
      quote,
      feeAsset,
      feeUnits,
      feeValueUnits,
      ...(rest.symbol.includes(':') && perpetual),
    };
  });

const aFact: fc.Arbitrary<CashFact> = fc
  .record({
    kind: fc.constantFrom('DEPOSIT' as const, 'OPENING' as const, 'TRANSFER' as const, 'CORRECTION' as const),
    asset: fc.constantFrom('USDT', 'BTC', 'BNB'),
    units: fc.bigInt({ min: 1n, max: 10n ** 24n }),
  })
  .map((fact): CashFact => {
    const { kind, ...money } = fact;
    if (kind !== 'TRANSFER') return { kind, ...money };
    return { kind, ...money, counterpart: `acc_${'2'.repeat(32)}` as AccountId, feeUnits: 0n };
  });

const aFunding = fc.record({
  kind: fc.constantFrom('FUNDING' as const, 'INSURANCE' as const),
  symbol: fc.constantFrom(...PERPETUALS),
  positionSide: fc.constantFrom(...SIDES),
  units: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).filter((units) => units !== 0n),
});

const aSpotFill = aFill.filter(({ symbol }) => !symbol.includes(':'));

const someUnits = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).filter((units) => units !== 0n);

const aRestatement = fc.record({
  symbol: fc.constantFrom(...SPOT),
  signedUnits: someUnits,
  costUnits: someUnits,
  realizedUnits: someUnits,
});

export const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: aFill.map((fill) => ({ fill })) },
    { weight: 1, arbitrary: aFill.filter(({ feeUnits }) => feeUnits !== 0n).map((lateFee) => ({ lateFee })) },
    { weight: 1, arbitrary: aSpotFill.map((history) => ({ history })) },
    { weight: 1, arbitrary: aRestatement.map((restated) => ({ restated })) },
    { weight: 2, arbitrary: aFact.map((fact) => ({ fact })) },
    { weight: 2, arbitrary: aFunding.map((funding) => ({ funding })) },
  ),
  { maxLength: 16 },
);

/** An export as the platform writes it of an account to which all of this happened, but for what a test amends. */
export function anExport(
  what: readonly Happening[],
  amend: (entry: any, index: number) => void = () => undefined,
): string[] {
  const state = PortfolioState.empty(ACCOUNT, 'PAPER');
  let head = GENESIS_HASH;
  const entries = what.map((happening, index) => {
    const [plan] = book(state, happening, index).ledger;
    const previousHash = head;
    const { text, hash } = linked(head, index + 1, plan!, (entry) => amend(entry, index));
    head = hash;
    return `{"previousHash":"${previousHash}","hash":"${hash}","entry":${text}}\n`;
  });
  const counts = { accountId: ACCOUNT, entryCount: what.length, chainHead: head };
  const header = line({ format: 'sextant-ledger', version: 2, ...counts });
  const outside = [header, ...projections(state).map(line)];
  return [header, ...entries, ...outside.slice(1), line({ seal: textHash(outside.join('')) })];
}

function book(state: PortfolioState, happening: Happening, index: number): CommitPlan {
  const number = index.toString(16).padStart(32, '0');
  const transactionId = `ltx_${number}` as LedgerTransactionId;
  const at = START + 1_000 * ((index * 7) % 20);
  if ('fact' in happening) {
    const memo = { note: 'Grüße, 你好', index };
    return state.applyCash({
      fact: happening.fact,
      transactionId,
      reference: `cash:${index}`,
      occurredAt: at,
      memo,
    });
  }
  const ids = { executedAt: at, fillId: `fil_${number}` as FillId, venueTradeId: `t${index}` };
  if ('funding' in happening) {
    const fact = { asset: 'USDT', ...happening.funding };
    return state.applyFunding({
      fact,
      transactionId,
      reference: `funding:${index}`,
      occurredAt: at,
      memo: {},
    });
  }
  if ('restated' in happening) {
    const entry = { transactionId, reference: `restatement:${index}`, occurredAt: at, memo: {} };
    return state.applyRestatement(happening.restated, entry);
  }
  if ('history' in happening) {
    return state.applyHistory(
      { ...happening.history, ...ids, venueOrderId: `o${index}` },
      { importedBy: 'job' },
    );
  }
  if ('fill' in happening) return state.applyFill(settled(state, { ...happening.fill, ...ids }));
  return state.applyFee({ ...happening.lateFee, ...ids }, transactionId, 1, { why: 'late' });
}

/** What a venue says that it settled, near the exact result: known only by booking the same fill in a copy. */
function settled(state: PortfolioState, fill: BookedFill): BookedFill {
  if (typeof fill.settledUnits !== 'bigint') return fill;
  const { symbol, positionSide = 'NET' } = fill;
  const positions = state.positions();
  const copy = PortfolioState.load({
    accountId: ACCOUNT,
    venue: 'PAPER',
    balances: [],
    positions,
    strategies: [],
  });
  const before = copy.position(symbol, positionSide).realizedUnits;
  copy.applyFill({ ...fill, settledUnits: null, feeUnits: 0n });
  const exact = copy.position(symbol, positionSide).realizedUnits - before;
  return { ...fill, settledUnits: exact + fill.settledUnits };
}

function linked(
  head: string,
  chainSequence: number,
  { postings, ...facts }: LedgerTransactionPlan,
  amend: (entry: any) => void,
): { text: string; hash: string } {
  const lines = postings.map(({ account, asset, amount }) => ({ account, amount: amount.toString(), asset }));
  const entry = { accountId: ACCOUNT as string, chainSequence, ...facts, postings: lines };
  amend(entry);
  const signed = entry.postings.map((posting) => ({ ...posting, amount: BigInt(posting.amount) }));
  const hash = ledgerHash(head, entry.accountId, entry.chainSequence, { ...entry, postings: signed });
  return { text: canonicalJson(entry as unknown as JsonObject), hash };
}

function projections(state: PortfolioState): object[] {
  const strategies = [null, 'grid', 'trend', 'Über "alles"'];
  const virtual = strategies.flatMap((strategy) =>
    [...SPOT, ...PERPETUALS].flatMap((symbol) =>
      SIDES.map((side) => ({ strategy, position: state.strategyPosition(symbol, strategy, side) })),
    ),
  );
  return [
    ...state.assets().map((asset) => ({ balance: { asset, total: state.totalUnits(asset).toString() } })),
    ...state.positions().map((position) => ({ position: stated(position) })),
    ...virtual
      .filter(({ position }) => position.updatedAt > 0)
      .map(({ strategy, position }) => ({ strategyPosition: { strategy, ...stated(position) } })),
  ];
}

function stated(position: ReturnType<PortfolioState['position']>): object {
  return {
    symbol: position.symbol,
    positionSide: position.positionSide,
    signedQuantity: position.signedUnits.toString(),
    cost: position.costUnits.toString(),
    realizedPnl: position.realizedUnits.toString(),
    fees: position.feeUnits.toString(),
    unvaluedFeeCount: position.unvaluedFeeCount,
    funding: position.fundingUnits.toString(),
    openedAt: position.openedAt,
    updatedAt: position.updatedAt,
  };
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
