import { formatUnits } from '../engine/amounts.js';
import { limitOf } from '../market/data-params.js';
import { type Route, signed, type SignedCall } from '../rest/routes.js';
import type { Contracts } from './contracts.js';
import { noListenKey } from './futures-errors.js';
import {
  accountInformation,
  balanceRow,
  bracketCap,
  leverageBrackets,
  positionRisk,
} from './futures-shapes.js';
import { needContract } from './futures-terms.js';
import type { FuturesUserStream } from './futures-user-stream.js';
import type { IncomeLog } from './income-log.js';
import { MARGIN_ASSET, type MarginAccount, type MarginBook, type PositionView } from './margin-book.js';
import type { MarginSettings } from './margin-settings.js';
import type { PositionSide } from './positions.js';

interface Parts {
  book: MarginBook;
  contracts: Contracts;
  settings: MarginSettings;
  incomes: IncomeLog;
  userStream: FuturesUserStream;
}

type Handle = (call: SignedCall) => unknown;

/** Balances, positions and settings of an account on margin. */
export function marginRoutes(parts: Parts): Route[] {
  return [
    ...accountRoutes(parts),
    ...positionRoutes(parts),
    ...settingRoutes(parts),
    ...listenKeyRoutes(parts),
  ];
}

function read(path: string, weight: number, handle: Handle): Route {
  return signed({ method: 'GET', path, security: 'USER_DATA', weight, handle });
}

function change(path: string, handle: Handle): Route {
  return signed({ method: 'POST', path, security: 'FUTURES_TRADE', weight: 1, handle });
}

function accountRoutes({ book, contracts, incomes }: Parts): Route[] {
  const withView = (
    make: (account: MarginAccount, view: ReturnType<MarginBook['view']>) => unknown,
  ): Handle => {
    return ({ account: { accountId } }) => {
      const account = book.account(accountId);
      return make(account, book.view(account));
    };
  };
  const balance = withView((account, view) => [balanceRow(book, account, view)]);
  const information = withView((account, view) => accountInformation(book, account, view));
  return [
    read('/fapi/v2/balance', 5, balance),
    read('/fapi/v3/balance', 5, balance),
    read('/fapi/v2/account', 5, information),
    read('/fapi/v3/account', 5, information),
    read('/fapi/v1/accountConfig', 5, ({ account, at }) => ({
      feeTier: 0,
      canTrade: true,
      canDeposit: true,
      canWithdraw: true,
      dualSidePosition: book.account(account.accountId).isHedged,
      updateTime: at,
      multiAssetsMargin: false,
      tradeGroupId: -1,
    })),
    read('/fapi/v1/multiAssetsMargin', 30, () => ({ multiAssetsMargin: false })),
    read('/fapi/v1/commissionRate', 20, ({ params }) => {
      const { spec } = needContract(contracts, params);
      return {
        symbol: spec.symbol,
        makerCommissionRate: spec.fees.maker,
        takerCommissionRate: spec.fees.taker,
      };
    }),
    read('/fapi/v1/income', 30, ({ params, account }) =>
      incomes
        .page({
          accountId: account.accountId,
          symbol: params.text('symbol'),
          kind: params.text('incomeType'),
          from: params.integer('startTime'),
          to: params.integer('endTime'),
          limit: limitOf(params, 100, 1000),
        })
        .map((row) => ({
          symbol: row.symbol,
          incomeType: row.kind,
          income: formatUnits(row.units),
          asset: MARGIN_ASSET,
          time: row.at,
          info: row.tradeId === null ? row.kind : String(row.tradeId),
          tranId: row.id,
          tradeId: row.tradeId === null ? '' : String(row.tradeId),
        })),
    ),
  ];
}

function positionRoutes({ book, contracts }: Parts): Route[] {
  const risks = (call: SignedCall, isListed: (view: PositionView) => boolean) => {
    const account = book.account(call.account.accountId);
    const view = book.view(account);
    const chosen = call.params.has('symbol') ? [needContract(contracts, call.params)] : contracts.all();
    const sides: PositionSide[] = account.isHedged ? ['LONG', 'SHORT'] : ['BOTH'];
    return chosen
      .flatMap(({ spec }) =>
        sides.map((side) => book.positionView(account, account.position(spec.symbol, side))),
      )
      .filter(isListed)
      .map((each) => ({ row: positionRisk(book, account, view, each), each }));
  };
  const withSettings: Handle = (call) =>
    risks(call, () => true).map(({ row, each: { settings, position } }) => ({
      ...row,
      leverage: String(settings.leverage),
      marginType: settings.marginType === 'ISOLATED' ? 'isolated' : 'cross',
      isAutoAddMargin: 'false',
      maxNotionalValue: formatUnits(bracketCap(book, position.symbol, settings.leverage), 0),
    }));
  return [
    // Version 3 lists only what is open or has orders; the older ones list everything, with its settings.
    read('/fapi/v3/positionRisk', 5, (call) => {
      const account = book.account(call.account.accountId);
      const isListed = ({ position }: PositionView) =>
        position.size !== 0n || account.exposuresOf(position.symbol).size > 0;
      return risks(call, isListed).map(({ row }) => row);
    }),
    read('/fapi/v2/positionRisk', 5, withSettings),
    read('/fapi/v1/positionRisk', 5, withSettings),
    read('/fapi/v1/adlQuantile', 5, ({ account }) =>
      book
        .account(account.accountId)
        .openPositions()
        .map(({ symbol, side }) => ({ symbol, adlQuantile: { [side]: 0 } })),
    ),
  ];
}

function settingRoutes({ book, contracts, settings }: Parts): Route[] {
  return [
    change('/fapi/v1/leverage', ({ account, params }) => settings.setLeverage(account.accountId, params)),
    change('/fapi/v1/marginType', ({ account, params }) => settings.setMarginType(account.accountId, params)),
    change('/fapi/v1/positionMargin', ({ account, params }) =>
      settings.moveMargin(account.accountId, params),
    ),
    change('/fapi/v1/positionSide/dual', ({ account, params }) =>
      settings.setPositionMode(account.accountId, params),
    ),
    read('/fapi/v1/positionSide/dual', 30, ({ account }) => ({
      dualSidePosition: book.account(account.accountId).isHedged,
    })),
    read('/fapi/v1/leverageBracket', 1, ({ params }) =>
      params.has('symbol')
        ? [leverageBrackets(needContract(contracts, params))]
        : contracts.all().map(leverageBrackets),
    ),
    read('/fapi/v1/symbolConfig', 5, ({ account, params }) => {
      const chosen = params.has('symbol') ? [needContract(contracts, params)] : contracts.all();
      return chosen.map(({ spec: { symbol } }) => {
        const { leverage, marginType } = book.account(account.accountId).settingsOf(symbol);
        const maxNotionalValue = formatUnits(bracketCap(book, symbol, leverage), 0);
        return { symbol, marginType, isAutoAddMargin: false, leverage, maxNotionalValue };
      });
    }),
  ];
}

function listenKeyRoutes({ userStream }: Parts): Route[] {
  const base = { path: '/fapi/v1/listenKey', security: 'KEY', weight: 1 } as const;
  return [
    signed({
      ...base,
      method: 'POST',
      handle: ({ account }) => ({ listenKey: userStream.keyFor(account.accountId) }),
    }),
    signed({
      ...base,
      method: 'PUT',
      handle: ({ account: { accountId } }) => {
        if (!userStream.extend(accountId)) throw noListenKey();
        return { listenKey: userStream.keyFor(accountId) };
      },
    }),
    signed({
      ...base,
      method: 'DELETE',
      handle: ({ account }) => {
        userStream.end(account.accountId);
        return {};
      },
    }),
  ];
}
