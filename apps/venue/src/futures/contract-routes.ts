import { formatUnits } from '../engine/amounts.js';
import { abs } from './margin.js';
import { limitOf } from '../market/data-params.js';
import type { LimitSettings } from '../rest/limits.js';
import type { Params } from '../rest/params.js';
import type { Route } from '../rest/routes.js';
import type { Contract, Contracts } from './contracts.js';
import type { Funding, FundingStamp } from './funding.js';
import { futuresInfo } from './futures-info.js';
import { needContract } from './futures-terms.js';
import type { MarginBook } from './margin-book.js';
import type { MarkBook } from './mark-book.js';

interface Parts {
  contracts: Contracts;
  book: MarginBook;
  marks: MarkBook;
  funding: Funding;
  limits: () => LimitSettings;
}

/** What only contracts have: mark and index prices, funding, open interest. */
export function contractRoutes(parts: Parts): Route[] {
  const { contracts, marks, funding, book } = parts;
  const base = { method: 'GET', security: 'NONE' } as const;
  return [
    {
      ...base,
      path: '/fapi/v1/exchangeInfo',
      weight: 1,
      handle: ({ at }) => futuresInfo(contracts.all(), parts.limits(), at),
    },
    {
      ...base,
      path: '/fapi/v1/premiumIndex',
      weight: (params) => (params.has('symbol') ? 1 : 10),
      handle: ({ params, at }) =>
        params.has('symbol')
          ? premiumIndex(marks, needContract(contracts, params), at)
          : contracts.all().map((contract) => premiumIndex(marks, contract, at)),
    },
    {
      ...base,
      path: '/fapi/v1/fundingRate',
      weight: 1,
      handle: ({ params }) => fundingHistory(contracts, funding.history, params),
    },
    { ...base, path: '/fapi/v1/fundingInfo', weight: 1, handle: () => contracts.all().map(fundingInfo) },
    {
      ...base,
      path: '/fapi/v1/openInterest',
      weight: 1,
      handle: ({ params, at }) => {
        const { symbol } = needContract(contracts, params).spec;
        const sizes = book.all().flatMap((account) => account.openPositions());
        const held = sizes
          .filter((each) => each.symbol === symbol)
          .reduce((sum, { size }) => sum + abs(size), 0n);
        return { symbol, openInterest: formatUnits(held), time: at };
      },
    },
  ];
}

function premiumIndex(marks: MarkBook, { spec }: Contract, at: number) {
  return {
    symbol: spec.symbol,
    markPrice: formatUnits(marks.mark(spec.symbol)),
    indexPrice: formatUnits(marks.index(spec.symbol)),
    estimatedSettlePrice: formatUnits(marks.index(spec.symbol)),
    lastFundingRate: formatUnits(marks.fundingRate(spec.symbol)),
    interestRate: '0.00010000',
    nextFundingTime: marks.nextFundingTime(spec.symbol),
    time: at,
  };
}

function fundingHistory(contracts: Contracts, history: readonly FundingStamp[], params: Params) {
  const symbol = params.has('symbol') ? needContract(contracts, params).spec.symbol : null;
  const from = params.integer('startTime');
  const to = params.integer('endTime');
  const limit = limitOf(params, 100, 1000);
  const found = history.filter(
    (stamp) =>
      (symbol === null || stamp.symbol === symbol) &&
      (from === null || stamp.at >= from) &&
      (to === null || stamp.at <= to),
  );
  return (from === null ? found.slice(-limit) : found.slice(0, limit)).map((stamp) => ({
    symbol: stamp.symbol,
    fundingTime: stamp.at,
    fundingRate: formatUnits(stamp.rate),
    markPrice: formatUnits(stamp.mark),
  }));
}

function fundingInfo({ spec }: Contract) {
  return {
    symbol: spec.symbol,
    adjustedFundingRateCap: '0.02000000',
    adjustedFundingRateFloor: '-0.02000000',
    fundingIntervalHours: spec.fundingIntervalHours,
    disclaimer: false,
  };
}
