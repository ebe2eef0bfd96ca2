import type { WebSocket } from 'ws';
import { Loopback } from '../loopback.js';
import type { Call, Dialect, Told } from '../loopback.js';
import { PublicData } from '../public-data.js';
import type { SpotDesk } from '../spot-desk.js';
import { BybitData } from './bybit-data.js';
import { admit, BybitNo } from './bybit-door.js';
import type { BybitKey } from './bybit-door.js';
import type { Row } from './bybit-shapes.js';
import { BybitSocket } from './bybit-sockets.js';
import { BybitTrading } from './bybit-trading.js';

type Asked = Readonly<Record<string, string>>;

const RIGHTS = {
  userID: 24_617_703,
  readOnly: 0,
  permissions: { Spot: ['SpotTrade'], Wallet: [], ContractTrade: [] },
  ips: ['*'],
};

/** Speaks Bybit v5 for the account of a desk, as far as the adapter calls it. Sources: Bybit v5 documentation, ccxt. */
export function openBybit(desk: SpotDesk, key: BybitKey): Promise<Loopback> {
  return Loopback.open(new BybitDialect(desk, key));
}

class BybitDialect implements Dialect {
  private readonly data: PublicData;
  private readonly trading: BybitTrading;
  private readonly handlers: Readonly<Record<string, (asked: Asked) => Row | Promise<Row>>>;

  constructor(
    private readonly desk: SpotDesk,
    private readonly key: BybitKey,
  ) {
    this.data = new PublicData(desk);
    const trading = (this.trading = new BybitTrading(desk));
    const data = new BybitData(desk, trading, this.data);
    this.handlers = {
      'GET market/time': () => data.time(),
      'GET market/instruments-info': (asked) => data.instruments(asked),
      'GET market/orderbook': (asked) => data.book(asked),
      'GET market/kline': (asked) => data.klines(asked),
      'GET market/recent-trade': (asked) => data.trades(asked),
      'GET market/tickers': (asked) => data.tickers(asked),
      'POST order/create': (asked) => trading.create(asked),
      'POST order/cancel': (asked) => trading.cancel(asked),
      'POST order/amend': (asked) => trading.amend(asked),
      'GET order/realtime': (asked) => trading.realtime(asked),
      'GET order/history': (asked) => trading.history(asked),
      'GET execution/list': (asked) => trading.executions(asked),
      'GET account/wallet-balance': () => trading.wallet(),
      'GET user/query-api': () => RIGHTS,
    };
  }

  async answer(call: Call): Promise<Told> {
    const name = `${call.method} ${call.path.replace('/v5/', '')}`;
    try {
      if (!name.startsWith('GET market/')) admit(call, this.key, this.desk.now);
      const handler = this.handlers[name];
      if (handler === undefined) throw new BybitNo(10_404, 'Not found', 404);
      const asked = call.method === 'POST' ? (JSON.parse(call.body) as Asked) : call.params;
      return this.told(0, 'OK', await handler(asked));
    } catch (error) {
      if (!(error instanceof BybitNo)) throw error;
      return { ...this.told(error.code, error.message, {}), status: error.status };
    }
  }

  connect(socket: WebSocket, path: string): void {
    const { desk, trading, data, key } = this;
    new BybitSocket(socket, path === '/v5/private', { desk, trading, data, key });
  }

  private told(retCode: number, retMsg: string, result: Row): Told {
    return { status: 200, body: { retCode, retMsg, result, retExtInfo: {}, time: this.desk.now } };
  }
}
