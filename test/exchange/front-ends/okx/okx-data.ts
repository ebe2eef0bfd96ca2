import type { PublicData } from '../public-data.js';
import type { OkxTrading } from './okx-trading.js';
import type { SpotDesk } from '../spot-desk.js';
import { instIdOf, instrumentRow, SWAP_ROW } from './okx-shapes.js';
import type { Row } from './okx-shapes.js';
import { OkxNo } from './okx-door.js';

type Asked = Readonly<Record<string, string>>;

/** Public data in the words of OKX; lists run from the newest to the oldest. */
export class OkxData {
  constructor(
    private readonly desk: SpotDesk,
    private readonly trading: OkxTrading,
    private readonly data: PublicData,
  ) {}

  instruments({ instType }: Asked): Row[] {
    if (instType === 'SPOT') return this.desk.listed().map(instrumentRow);
    return instType === 'SWAP' ? [SWAP_ROW] : [];
  }

  book({ instId, sz }: Asked): Row {
    const listed = this.trading.listed(instId);
    const { id, bids, asks } = this.data.book(listed, Number(sz ?? 1));
    return { bids: fourOf(bids), asks: fourOf(asks), ts: String(this.desk.now), seqId: id };
  }

  /** `before` and `after` bound the time of opening, both excluded. */
  async candles({ instId, bar, before, after, limit }: Asked): Promise<string[][]> {
    if (bar !== '1m') throw new OkxNo('51000', 'Parameter bar error');
    const { symbol } = this.trading.listed(instId).market;
    const from = before === undefined ? 0 : Number(before) + 1;
    const to = after === undefined ? this.desk.now : Number(after) - 1;
    const candles = await this.data.minutes(symbol, from, to, Number(limit ?? 100));
    return candles
      .toReversed()
      .map(({ openTime, prices, volume, quoteVolume, closed }) => [
        String(openTime),
        ...prices,
        volume,
        quoteVolume,
        quoteVolume,
        closed ? '1' : '0',
      ]);
  }

  async trades({ instId, limit }: Asked): Promise<Row[]> {
    const { symbol } = this.trading.listed(instId).market;
    const trades = await this.data.trades(symbol, Number(limit ?? 100));
    return trades.toReversed().map(({ id, price, quantity, side, at }) => ({
      instId,
      tradeId: id,
      px: price,
      sz: quantity,
      side: side.toLowerCase(),
      ts: String(at),
    }));
  }

  tickers({ instType }: Asked): Row[] {
    if (instType !== 'SPOT') return [];
    return this.desk.listed().map((listed) => {
      const { bids, asks } = this.data.book(listed, 1);
      const [bid = ['', ''], ask = ['', '']] = [bids[0], asks[0]];
      const sides = { bidPx: bid[0], bidSz: bid[1], askPx: ask[0], askSz: ask[1] };
      const last = this.data.last(listed) ?? '';
      return { instType, instId: instIdOf(listed.market), last, ...sides, ts: String(this.desk.now) };
    });
  }
}

/** `[price, size, "0", number of orders]` */
export function fourOf(rows: readonly (readonly [string, string])[]): string[][] {
  return rows.map(([price, size]) => [price, size, '0', '1']);
}
