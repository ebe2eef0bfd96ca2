import type { PublicData } from '../public-data.js';
import type { SpotDesk } from '../spot-desk.js';
import { BybitNo } from './bybit-door.js';
import { instrumentRow, LINEAR_ROW } from './bybit-shapes.js';
import type { Row } from './bybit-shapes.js';
import type { BybitTrading } from './bybit-trading.js';

type Asked = Readonly<Record<string, string>>;

/** Public data in the words of Bybit; lists run from the newest to the oldest. */
export class BybitData {
  constructor(
    private readonly desk: SpotDesk,
    private readonly trading: BybitTrading,
    private readonly data: PublicData,
  ) {}

  time(): Row {
    const { now } = this.desk;
    return { timeSecond: String(Math.floor(now / 1_000)), timeNano: `${now}000000` };
  }

  instruments({ category, status }: Asked): Row {
    const spot = category === 'spot' ? this.desk.listed().map(instrumentRow) : [];
    const linear = category === 'linear' && status === undefined ? [LINEAR_ROW] : [];
    return { category, list: [...spot, ...linear], nextPageCursor: '' };
  }

  book(asked: Asked): Row {
    const listed = this.trading.listed(asked);
    const { id, bids, asks } = this.data.book(listed, Number(asked['limit'] ?? 1));
    return { s: listed.market.symbol, b: bids, a: asks, ts: this.desk.now, u: id, seq: id };
  }

  /** From `start` to `end`, both included. */
  async klines(asked: Asked): Promise<Row> {
    const { category, symbol, interval, start, end, limit = '200' } = asked;
    const { market } = this.trading.listed(asked);
    if (interval !== '1') throw new BybitNo(10_001, 'Invalid interval');
    const to = Number(end ?? this.desk.now);
    const candles = await this.data.minutes(market.symbol, Number(start ?? 0), to, Number(limit));
    const list = candles
      .toReversed()
      .map(({ openTime, prices, volume, quoteVolume }) => [String(openTime), ...prices, volume, quoteVolume]);
    return { category, symbol, list };
  }

  async trades(asked: Asked): Promise<Row> {
    const { symbol } = this.trading.listed(asked).market;
    const trades = await this.data.trades(symbol, Number(asked['limit'] ?? 60));
    const list = trades.toReversed().map(({ id, price, quantity, side, at }) => ({
      execId: id,
      symbol,
      price,
      size: quantity,
      side: side === 'BUY' ? 'Buy' : 'Sell',
      time: String(at),
      isBlockTrade: false,
    }));
    return { category: 'spot', list };
  }

  tickers({ category }: Asked): Row {
    const listed = category === 'spot' ? this.desk.listed() : [];
    const list = listed.map((each) => {
      const { bids, asks } = this.data.book(each, 1);
      const [bid = ['', ''], ask = ['', '']] = [bids[0], asks[0]];
      const sides = { bid1Price: bid[0], bid1Size: bid[1], ask1Price: ask[0], ask1Size: ask[1] };
      return { symbol: each.market.symbol, lastPrice: this.data.last(each) ?? '', ...sides };
    });
    return { category, list };
  }
}
