import { formatScaled } from '@sextant/kernel';
import type {
  IncomeKind,
  MarginChange,
  VenueMarketMargin,
  VenuePosition,
} from '../../../domain/venue-position.js';
import { invoke } from '../ccxt-exchange.js';
import type { CcxtExchange } from '../ccxt-exchange.js';
import { UnreadableAnswer } from '../exact-json.js';
import {
  amountUnitsOf,
  assetOf,
  fieldsOf,
  listOf,
  lotsOf,
  shown,
  textOf,
  timeOf,
  unitsOf,
} from '../exact-values.js';
import type { Fields } from '../exact-values.js';
import type { CcxtInstrument, MarketOf, PerpetualCalls } from '../venue-profile.js';

const WINDOW_MS = 5_000;
const DAY_MS = 86_400_000;
const INCOME_LIMIT = 1_000;

/** Orders that the venue makes in an account's name: liquidation and auto-deleveraging. */
const FORCED = /^(?:autoclose-|adl_autoclose)/;

const SIDES: Readonly<Record<string, VenuePosition['positionSide']>> = {
  BOTH: 'NET',
  LONG: 'LONG',
  SHORT: 'SHORT',
};

/** Results and fees of fills are told by the fills. */
const OF_FILLS: ReadonlySet<string> = new Set(['REALIZED_PNL', 'COMMISSION']);
const KINDS: Readonly<Record<string, IncomeKind>> = {
  FUNDING_FEE: 'FUNDING',
  INSURANCE_CLEAR: 'INSURANCE',
  TRANSFER: 'TRANSFER',
  INTERNAL_TRANSFER: 'TRANSFER',
  CROSS_COLLATERAL_TRANSFER: 'TRANSFER',
};

/** Positions, margin and income of USDⓈ-M. Source: Binance's USDⓈ-M reference, account and trade endpoints. */
export const binanceContracts: PerpetualCalls = {
  async positions(exchange, marketOf) {
    const rows = listOf(await invoke(exchange, 'fapiPrivateV3GetPositionRisk'), 'positions');
    return rows.map((row) => readPosition(row, marketOf)).filter((position) => position !== null);
  },
  async margin(exchange, marketOf) {
    const mode = fieldsOf(await invoke(exchange, 'fapiPrivateGetPositionSideDual'), 'position mode');
    const brackets = listOf(await invoke(exchange, 'fapiPrivateGetLeverageBracket'), 'brackets');
    const tiers = new Map(brackets.map((row) => bracketsOf(fieldsOf(row, 'brackets'))));
    const rows = listOf(await invoke(exchange, 'fapiPrivateGetSymbolConfig'), 'settings');
    const markets = rows.map((row) => readMargin(fieldsOf(row, 'settings'), tiers, marketOf));
    return { hedged: flagOf(mode['dualSidePosition']), markets: markets.filter((row) => row !== null) };
  },
  changeMargin,
  // "No need to change margin type", "… position side".
  alreadySo: new Set(['-4046', '-4059']),
  async income(exchange, { from, until }, marketOf) {
    const asked = { startTime: from, endTime: until, limit: INCOME_LIMIT, recvWindow: WINDOW_MS };
    const rows = listOf(await invoke(exchange, 'fapiPrivateGetIncome', asked), 'income');
    const ours = rows
      .map((row) => fieldsOf(row, 'income'))
      .filter((row) => !OF_FILLS.has(String(row['incomeType'])));
    return { told: rows.length, income: ours.map((row) => readIncome(row, marketOf)) };
  },
  incomePage: { limit: INCOME_LIMIT, windowMs: 7 * DAY_MS, historyMs: 89 * DAY_MS },
  fill: (info, clientOrderId) => {
    const positionSide = hedgedSideOf(info);
    const settled = info['realizedPnl'] ?? info['rp'];
    return {
      ...(positionSide !== undefined && { positionSide }),
      ...(FORCED.test(clientOrderId) && { liquidation: true as const }),
      ...(settled !== undefined && { settledUnits: unitsOf(settled, 'result') }),
    };
  },
  orderSide: hedgedSideOf,
  weights: { positions: 5, margin: 30, change: 1, income: 30 },
};

/** The wallet of each asset, which results and funding move: ccxt's total has the open result in it. */
export async function binanceWallets(exchange: CcxtExchange): Promise<unknown> {
  const rows = listOf(await invoke(exchange, 'fapiPrivateV3GetBalance'), 'balances');
  const free: Record<string, string> = {};
  const used: Record<string, string> = {};
  for (const row of rows) {
    const told = fieldsOf(row, 'balance');
    const asset = textOf(told['asset'], 'asset');
    const wallet = amountUnitsOf(told['balance'], 'wallet');
    const available = amountUnitsOf(told['availableBalance'], 'available');
    // An open profit may be used, and is no money yet.
    const freeUnits = available < wallet ? available : wallet;
    free[asset] = formatScaled(freeUnits);
    used[asset] = formatScaled(wallet - freeUnits);
  }
  return { free, used };
}

function readPosition(row: unknown, marketOf: MarketOf): VenuePosition | null {
  const told = fieldsOf(row, 'position');
  const entry = marketOf(told['symbol']);
  if (entry === null) return null;
  const signedLots = signedLotsOf(told['positionAmt'], entry);
  if (signedLots === 0) return null;
  const positionSide = SIDES[String(told['positionSide'])];
  if (positionSide === undefined) throw new UnreadableAnswer(`side is ${shown(told['positionSide'])}`);
  const isolated = amountUnitsOf(told['isolatedWallet'] ?? '0', 'isolated wallet');
  const liquidation = amountUnitsOf(told['liquidationPrice'] ?? '0', 'liquidation price');
  return {
    symbol: entry.instrument.symbol.toString(),
    positionSide,
    signedLots,
    entryPriceUnits: amountUnitsOf(told['entryPrice'], 'entry price'),
    markPriceUnits: amountUnitsOf(told['markPrice'], 'mark price'),
    unrealizedUnits: unitsOf(told['unRealizedProfit'], 'unrealized'),
    liquidationPriceUnits: liquidation === 0n ? null : liquidation,
    isolatedMarginUnits: isolated === 0n ? null : isolated,
    updatedAt: timeOf(told['updateTime'], 'time'),
  };
}

function signedLotsOf(value: unknown, { instrument, contractUnits }: CcxtInstrument): number {
  const text = typeof value === 'string' ? value : String(value);
  const isShort = text.startsWith('-');
  const lots = lotsOf(isShort ? text.slice(1) : text, instrument, 'position', contractUnits);
  return isShort ? -lots : lots;
}

function bracketsOf(row: Fields): [marketId: string, tiers: VenueMarketMargin['tiers']] {
  const tiers = listOf(row['brackets'], 'brackets').map((bracket) => {
    const told = fieldsOf(bracket, 'bracket');
    return {
      floorUnits: amountUnitsOf(told['notionalFloor'], 'floor'),
      maintenanceRate: amountUnitsOf(told['maintMarginRatio'], 'maintenance rate'),
      deductionUnits: amountUnitsOf(told['cum'], 'deduction'),
      maxLeverage: countOf(told['initialLeverage'], 'leverage'),
    };
  });
  if (tiers.length === 0) throw new UnreadableAnswer('a market without brackets');
  return [textOf(row['symbol'], 'market'), tiers.sort((a, b) => (a.floorUnits < b.floorUnits ? -1 : 1))];
}

function readMargin(
  row: Fields,
  tiers: ReadonlyMap<string, VenueMarketMargin['tiers']>,
  marketOf: MarketOf,
): VenueMarketMargin | null {
  const entry = marketOf(row['symbol']);
  const known = tiers.get(String(row['symbol']));
  if (entry === null || known === undefined) return null;
  return {
    symbol: entry.instrument.symbol.toString(),
    leverage: countOf(row['leverage'], 'leverage'),
    marginMode: String(row['marginType']) === 'ISOLATED' ? 'ISOLATED' : 'CROSS',
    tiers: known,
  };
}

function readIncome(row: Fields, marketOf: MarketOf) {
  const label = textOf(row['incomeType'], 'income type');
  const market = row['symbol'];
  const isOfMarket = market !== '' && market !== undefined && market !== null;
  return {
    incomeId: textOf(row['tranId'], 'income id'),
    kind: KINDS[label] ?? 'OTHER',
    label,
    symbol: isOfMarket ? (marketOf(market)?.instrument.symbol.toString() ?? null) : null,
    asset: assetOf(row['asset'], 'asset'),
    units: unitsOf(row['income'], 'income'),
    at: timeOf(row['time'], 'time'),
  };
}

function changeMargin(
  exchange: CcxtExchange,
  change: MarginChange,
  marketId: string | null,
): Promise<unknown> {
  const of = { symbol: marketId, recvWindow: WINDOW_MS };
  switch (change.kind) {
    case 'LEVERAGE':
      return invoke(exchange, 'fapiPrivatePostLeverage', { ...of, leverage: change.leverage });
    case 'MARGIN_MODE': {
      const marginType = change.marginMode === 'CROSS' ? 'CROSSED' : 'ISOLATED';
      return invoke(exchange, 'fapiPrivatePostMarginType', { ...of, marginType });
    }
    case 'POSITION_MODE': {
      const dualSidePosition = String(change.hedged);
      return invoke(exchange, 'fapiPrivatePostPositionSideDual', { dualSidePosition, recvWindow: WINDOW_MS });
    }
  }
}

function hedgedSideOf(info: Fields): 'LONG' | 'SHORT' | undefined {
  const side = info['positionSide'] ?? info['ps'];
  return side === 'LONG' || side === 'SHORT' ? side : undefined;
}

function flagOf(value: unknown): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new UnreadableAnswer(`position mode is ${shown(value)}`);
}

function countOf(value: unknown, what: string): number {
  const count = Number(textOf(value, what, 6));
  if (!Number.isSafeInteger(count) || count < 1) throw new UnreadableAnswer(`${what} is ${shown(value)}`);
  return count;
}
