import { unitsOf } from '../engine/amounts.js';
import { Engine } from '../engine/engine.js';
import type { Order } from '../engine/order.js';
import { Display } from '../market/display.js';
import type { GeneratedMarket } from '../market/generated-market.js';
import { PublicMarket } from '../market/public-market.js';
import { StreamHub } from '../streams/stream-hub.js';
import type { VenueCore } from '../venue-core.js';
import { algoUpdate } from './algo-shapes.js';
import { AlgoOrders } from './algo-orders.js';
import { type ContractSpec, MAJOR_BRACKETS } from './contract.js';
import { ContractPrices } from './contract-prices.js';
import { contractRoutes } from './contract-routes.js';
import { Contracts } from './contracts.js';
import { Deadlines } from './deadlines.js';
import { Funding } from './funding.js';
import { futuresDataRoutes } from './futures-data-routes.js';
import { FuturesJournal } from './futures-journal.js';
import { FuturesUserStream } from './futures-user-stream.js';
import { IncomeLog } from './income-log.js';
import { Liquidation } from './liquidation.js';
import { liquidationEvent, markPriceEvent } from './mark-events.js';
import { MarkBook } from './mark-book.js';
import { MARGIN_ASSET, MarginBook } from './margin-book.js';
import { marginRoutes } from './margin-routes.js';
import { MarginSettings } from './margin-settings.js';
import { type Income, MarginSettlement, positionSideOf } from './margin-settlement.js';
import { OrderDesk } from './order-desk.js';
import { tradeRoutes } from './trade-routes.js';
import { transferRoute } from './transfer-route.js';

export interface FuturesOptions {
  contracts?: readonly ContractSpec[];
  /** USDT on margin at the start, by account, decimal text. */
  balances?: Readonly<Record<string, string>>;
  historyMinutes?: number;
  /** True: nothing moves the contracts' books but accounts and the operator. */
  still?: boolean;
  /** Market time of the contracts' walks for each second that passes; 0: their books stand. */
  speed?: number;
}

const contract = (
  symbol: string,
  base: string,
  tickSize: string,
  stepSize: string,
  least: string,
): ContractSpec => ({
  symbol,
  base,
  quote: 'USDT',
  tickSize,
  stepSize,
  minNotional: least,
  maxQuantity: '10000',
  fees: { maker: '0.0002', taker: '0.0005' },
  fundingIntervalHours: 8,
  brackets: MAJOR_BRACKETS,
});

export const PERPETUALS: readonly ContractSpec[] = [
  contract('BTCUSDT', 'BTC', '0.10', '0.001', '100'),
  contract('ETHUSDT', 'ETH', '0.01', '0.001', '20'),
];

const HISTORY_MINUTES = 2 * 24 * 60;
const LISTEN_KEY_LENGTH = 64;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** USDⓈ-M: perpetuals with their own books, on margin, beside the spot markets that are their index. */
export class Futures {
  readonly contracts = new Contracts();
  readonly engine: Engine;
  readonly book: MarginBook;
  readonly marks: MarkBook;
  readonly market: PublicMarket;
  readonly hub: StreamHub;
  readonly userStream: FuturesUserStream;
  private readonly source: GeneratedMarket;
  private readonly funding: Funding;
  private readonly liquidation: Liquidation;
  private readonly algos: AlgoOrders;
  private readonly desk: OrderDesk;
  private readonly deadlines: Deadlines;
  private readonly incomes = new IncomeLog();
  private readonly journal: FuturesJournal;

  constructor(
    private readonly core: VenueCore,
    private readonly options: FuturesOptions,
    /** Where a spot symbol opens, in units of 10⁻⁸; null for one that is not listed there. */
    spotStart: (symbol: string) => bigint | null,
  ) {
    const { clock, random } = core;
    const prices = new ContractPrices(core.engine, spotStart);
    this.marks = new MarkBook(this.contracts, prices, clock);
    this.book = new MarginBook(this.contracts, this.marks);
    this.journal = new FuturesJournal(core.recorder, this.book, this.contracts);
    const onIncome = (income: Income) => {
      this.incomes.add(income);
      this.journal.saveIncome(income);
    };
    const settlement = new MarginSettlement(this.book, this.marks, onIncome);
    this.engine = new Engine({ settlement, now: () => clock.now() });
    for (const spec of options.contracts ?? PERPETUALS) this.list(spec);
    this.source = prices.source(this.contracts, random.fork('perpetuals'));
    const minutes = options.historyMinutes ?? HISTORY_MINUTES;
    this.market = new PublicMarket(
      this.engine,
      Display.futures,
      (market) =>
        prices.past(market, { minutes, now: clock.now() }, random.fork(`${market.symbol} perpetual past`)),
      clock,
    );
    const realizedOf = (orderId: number, tradeId: number) =>
      settlement.realized.get(`${orderId} ${tradeId}`) ?? 0n;
    const keys = random.fork('listen keys');
    const letter = () => LETTERS[keys.below(LETTERS.length)];
    this.userStream = new FuturesUserStream(this.contracts, this.book, realizedOf, clock, () =>
      Array.from({ length: LISTEN_KEY_LENGTH }, letter).join(''),
    );
    this.desk = new OrderDesk(this.engine, this.book, clock);
    this.deadlines = new Deadlines(this.engine, this.desk, clock);
    this.algos = new AlgoOrders(this.desk, this.book, this.marks, clock, (order) => {
      this.journal.saveAlgo(order);
      this.userStream.tell(order.accountId, algoUpdate(order, clock.now()));
    });
    this.hub = new StreamHub('FUTURES', this.market, clock, {
      symbols: () => this.marks.symbols(),
      markPriceEvent: (symbol, now) => markPriceEvent(this.marks, symbol, now),
    });
    const shared = { engine: this.engine, book: this.book, marks: this.marks, clock, onIncome };
    this.funding = new Funding({
      ...shared,
      onStamp: (stamp) => this.journal.saveStamp(stamp),
      onPaid: (account, position) => {
        this.journal.saveAccount(account);
        this.userStream.tellAccount(account, 'FUNDING_FEE', [position], 0n);
      },
    });
    this.liquidation = new Liquidation({ ...shared, onLiquidated: (order) => this.tellLiquidation(order) });
    settlement.isRestoring = true;
    this.journal.attach(this.engine, {
      onIncome: (income) => {
        this.incomes.add(income);
        settlement.remember(income);
      },
      onStamp: (stamp) => this.funding.restore(stamp),
      onAlgo: (order) => this.algos.restore(order),
      finish: () => (settlement.isRestoring = false),
    });
    this.listen();
    this.addRoutes(realizedOf, onIncome);
  }

  start(): void {
    if (!this.options.still) this.source.open(this.engine.house);
    for (const [accountId, amount] of Object.entries(this.options.balances ?? {})) {
      // An account that came back from the journal has what it had.
      const isNew = this.book.ledger.balances(accountId).length === 0;
      if (isNew) this.deposit(accountId, amount);
    }
  }

  pass(elapsedMs: number): void {
    const { still, speed = 1 } = this.options;
    if (!still) this.source.advance(this.engine.house, elapsedMs * speed);
    this.moveMarks(this.marks.pass(elapsedMs));
    this.funding.pass();
    this.algos.pass();
    this.deadlines.pass();
    this.userStream.pass(elapsedMs);
    this.hub.pass(elapsedMs);
  }

  /** USDT from outside into a margin wallet (decimal text). */
  deposit(accountId: string, amount: string): void {
    this.engine.settleNow(() => this.book.ledger.deposit(accountId, MARGIN_ASSET, unitsOf(amount)));
    this.userStream.tellAccount(this.book.account(accountId), 'DEPOSIT', [], unitsOf(amount));
  }

  /** Holds a contract's mark price where the operator wants it, or lets it go; what that triggers happens now. */
  pinMark(symbol: string, price: string | null): void {
    this.marks.pin(symbol, price === null ? null : unitsOf(price));
    this.moveMarks([symbol]);
  }

  private moveMarks(symbols: readonly string[]): void {
    for (const symbol of symbols) {
      const { market } = this.contracts.need(symbol);
      this.engine.markPrice(symbol, Number(this.marks.mark(symbol) / market.tickUnits));
    }
    if (symbols.length > 0) this.liquidation.pass();
  }

  private list(spec: ContractSpec): void {
    const listed = this.contracts.list(this.engine, spec);
    this.marks.open(listed, this.engine.state(spec.symbol).book);
  }

  private listen(): void {
    const touched = new Map<string, Order>();
    this.engine.listen((event) => {
      this.market.handle(event);
      this.hub.handle(event);
      this.userStream.handle(event);
      if (event.kind !== 'Filled') return;
      const { order } = event;
      // Listeners must not call the engine: what follows from a fill waits until the operation is over.
      if (touched.size === 0) queueMicrotask(() => this.afterFills(touched));
      touched.set(`${order.accountId} ${order.symbol} ${positionSideOf(order)}`, order);
    });
  }

  private afterFills(touched: Map<string, Order>): void {
    const orders = [...touched.values()];
    touched.clear();
    for (const order of orders) {
      const account = this.book.account(order.accountId);
      this.journal.saveAccount(account);
      this.userStream.tellAccount(
        account,
        'ORDER',
        [account.position(order.symbol, positionSideOf(order))],
        0n,
      );
      this.desk.trimReduceOnly(order.accountId, order.symbol);
    }
  }

  private tellLiquidation(order: Order): void {
    const contract = this.contracts.need(order.symbol);
    this.hub.publishLiquidation(order.symbol, liquidationEvent(order, contract, this.core.clock.now()));
  }

  private addRoutes(
    realizedOf: (orderId: number, tradeId: number) => bigint,
    onIncome: (income: Income) => void,
  ): void {
    const { book, contracts, desk, algos, deadlines, engine, incomes, userStream, marks, funding } = this;
    const settings = new MarginSettings(engine, book, marks, userStream, (account) =>
      this.journal.saveAccount(account),
    );
    this.core.routes.add(
      ...futuresDataRoutes(this.market),
      ...contractRoutes({ contracts, book, marks, funding, limits: () => this.core.limits.settings }),
      ...tradeRoutes({ engine, contracts, desk, algos, deadlines, realizedOf }),
      ...marginRoutes({ book, contracts, settings, incomes, userStream }),
      transferRoute({ core: this.core, engine, book, onIncome }),
    );
  }
}
