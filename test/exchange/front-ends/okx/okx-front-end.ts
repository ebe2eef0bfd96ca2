import type { WebSocket } from 'ws';
import { Loopback } from '../loopback.js';
import type { Call, Dialect, Told } from '../loopback.js';
import { PublicData } from '../public-data.js';
import type { SpotDesk } from '../spot-desk.js';
import { OkxData } from './okx-data.js';
import { admit, OkxNo, refuseLate } from './okx-door.js';
import type { OkxKey } from './okx-door.js';
import { OkxSocket } from './okx-sockets.js';
import { OkxTrading } from './okx-trading.js';

type Asked = Readonly<Record<string, string>>;
type Rows = readonly unknown[];

/** Speaks OKX v5 for the account of a desk, as far as the adapter calls it. Sources: OKX v5 documentation, ccxt. */
export function openOkx(desk: SpotDesk, key: OkxKey): Promise<Loopback> {
  return Loopback.open(new OkxDialect(desk, key));
}

class OkxDialect implements Dialect {
  private readonly data: PublicData;
  private readonly trading: OkxTrading;
  private readonly readers: Readonly<Record<string, (asked: Asked) => Rows | Promise<Rows>>>;
  private readonly writers: Readonly<Record<string, (asked: Asked) => Record<string, unknown>>>;

  constructor(
    private readonly desk: SpotDesk,
    private readonly key: OkxKey,
  ) {
    this.data = new PublicData(desk);
    const trading = (this.trading = new OkxTrading(desk));
    const data = new OkxData(desk, trading, this.data);
    this.readers = {
      'GET public/time': () => [{ ts: String(desk.now) }],
      'GET public/instruments': (asked) => data.instruments(asked),
      'GET market/books': (asked) => [data.book(asked)],
      'GET market/candles': (asked) => data.candles(asked),
      'GET market/history-candles': (asked) => data.candles(asked),
      'GET market/trades': (asked) => data.trades(asked),
      'GET market/tickers': (asked) => data.tickers(asked),
      'GET trade/order': (asked) => [trading.order(asked)],
      'GET trade/orders-pending': (asked) => trading.pending(asked),
      'GET trade/fills-history': (asked) => trading.fills(asked),
      'GET account/balance': () => [trading.balances()],
      'GET account/config': () => [{ uid: '77982378738415879', perm: 'read_only,trade', ip: '' }],
    };
    this.writers = {
      'POST trade/order': (asked) => trading.place(asked),
      'POST trade/cancel-order': (asked) => trading.cancel(asked),
      'POST trade/amend-order': (asked) => trading.amend(asked),
      'POST trade/cancel-all-after': ({ timeOut = '' }) => {
        const seconds = Number(timeOut);
        if (seconds !== 0 && !(seconds >= 10 && seconds <= 120))
          throw new OkxNo('51000', 'Parameter timeOut error');
        desk.countDown(seconds);
        const triggerTime = String(seconds === 0 ? 0 : desk.now + seconds * 1_000);
        return { triggerTime, tag: '', ts: String(desk.now), sCode: '0' };
      },
    };
  }

  async answer(call: Call): Promise<Told> {
    this.desk.passTime();
    const name = `${call.method} ${call.path.replace('/api/v5/', '')}`;
    try {
      if (!/ (?:public|market)\//.test(name)) admit(call, this.key, this.desk.now);
      const write = this.writers[name];
      if (write !== undefined) return this.written(call, write);
      const read = this.readers[name];
      if (read === undefined) throw new OkxNo('50404', 'Not found', 404);
      return told('0', '', await read(call.params));
    } catch (error) {
      if (!(error instanceof OkxNo)) throw error;
      return { ...told(error.code, error.message, []), status: error.status };
    }
  }

  connect(socket: WebSocket, path: string): void {
    const { desk, trading, data, key } = this;
    new OkxSocket(socket, path === '/ws/v5/private', { desk, trading, data, key });
  }

  private written(call: Call, write: (asked: Asked) => Record<string, unknown>): Told {
    refuseLate(call, this.desk.now);
    const entry = write(JSON.parse(call.body) as Asked);
    return entry['sCode'] === '0' ? told('0', '', [entry]) : told('1', 'All operations failed', [entry]);
  }
}

function told(code: string, msg: string, data: Rows): Told {
  return { status: 200, body: { code, msg, data } };
}
