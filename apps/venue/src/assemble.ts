import { Accounts } from './accounts/accounts.js';
import { Ledger } from './accounts/ledger.js';
import { SpotSettlement } from './accounts/spot-settlement.js';
import { VenueClock } from './engine/clock.js';
import { Engine } from './engine/engine.js';
import { Random } from './engine/random.js';
import { FaultBook } from './faults/fault-book.js';
import { OrderFaults } from './faults/order-faults.js';
import { QuirkBook } from './faults/quirks.js';
import { RequestFaults } from './faults/request-faults.js';
import { Journal } from './journal/journal.js';
import { Recorder } from './journal/recorder.js';
import { AveragePrices } from './orders/average-prices.js';
import { ListDesk } from './orders/list-desk.js';
import { OrderArchive } from './orders/order-archive.js';
import { OrderDesk } from './orders/order-desk.js';
import { SymbolTable } from './orders/symbol-table.js';
import { Answering } from './rest/answering.js';
import { Authenticator } from './rest/authenticator.js';
import { Limits } from './rest/limits.js';
import { Pipeline } from './rest/pipeline.js';
import { RouteTable } from './rest/routes.js';
import type { SpotServices } from './rest/spot-services.js';
import type { VenueCore } from './venue-core.js';
import type { VenueOptions } from './venue-options.js';

/** Money and matching: what would go on without a network. */
function assembleTrading(options: VenueOptions, random: Random) {
  const clock = new VenueClock(options.clock);
  const now = (): number => clock.now();
  const ledger = new Ledger();
  const accounts = new Accounts();
  const quirks = new QuirkBook(options.quirks);
  const settlement: SpotSettlement = new SpotSettlement({
    ledger,
    accounts,
    market: (symbol) => engine.market(symbol),
    isFeeLate: (accountId) => quirks.of(accountId).lateFeeMs !== null,
  });
  const sharesTradeIds = (accountId: string): boolean => quirks.of(accountId).sharesTradeIds;
  const engine = new Engine({ settlement, now, sharesTradeIds });
  const symbols = new SymbolTable(engine);
  const averagePrices = new AveragePrices(symbols, now);
  engine.listen((event) => {
    averagePrices.handle(event);
    const account = event.kind === 'BalanceChanged' ? accounts.find(event.accountId) : null;
    if (account !== null) account.updatedAt = event.at;
  });
  const desk = new OrderDesk({ engine, ledger, quirks, averagePrices, random: random.fork('ids') });
  const archive = new OrderArchive(engine, desk, quirks, now);
  const lists = new ListDesk(engine, symbols, desk);
  const orderFaults = new OrderFaults({ engine, settlement, desk, quirks, clock });
  return { clock, ledger, accounts, quirks, engine, symbols, desk, archive, lists, orderFaults };
}

type Trading = ReturnType<typeof assembleTrading>;

/** What lasts: the journal, and who is limited or banned. */
function assembleMemory(options: VenueOptions, { clock, accounts, symbols, engine, ledger }: Trading) {
  const journal = new Journal(options.journal);
  const recorder = new Recorder({ journal, clock, accounts, symbols, limits: () => limits });
  recorder.attach('spot', {
    engine,
    restore: (event) => (event.kind === 'BalanceChanged' ? ledger.restore(event) : engine.restore(event)),
    finishRestore: () => engine.finishRestore(),
  });
  const limits: Limits = new Limits(options.limits ?? {}, (ban) => recorder.setup({ what: 'BAN', ban }));
  engine.listen((event) => {
    if (event.kind !== 'Filled' || event.order.status !== 'FILLED') return;
    limits.countOrders(event.order.accountId, -1, event.at);
  });
  return { journal, recorder, limits };
}

/** Puts a venue together; nothing of it runs yet. */
export function assemble(options: VenueOptions, seed: number) {
  const random = new Random(seed);
  const trading = assembleTrading(options, random);
  const memory = assembleMemory(options, trading);
  const { clock, accounts, quirks, engine, ledger, symbols, desk, lists, archive, orderFaults } = trading;
  const { journal, limits } = memory;
  const faults = new FaultBook(
    random.fork('faults'),
    (ms, run) => clock.after(ms, run),
    (rule, on) => journal.record('fault', clock.now(), { rule: rule.id, action: rule.action, on }),
  );
  const authenticator = new Authenticator(accounts);
  const routes = new RouteTable();
  const answering = new Answering({ clock, limits, journal });
  const requestFaults = new RequestFaults({ accounts, clock, faults, answering, orderFaults });
  const parts = { clock, routes, accounts, authenticator, limits, quirks, journal };
  const pipeline = new Pipeline({ ...parts, answering, requestFaults });
  const core: VenueCore = {
    ...parts,
    seed,
    random,
    engine,
    ledger,
    symbols,
    pipeline,
    faults,
    recorder: memory.recorder,
  };
  const services: SpotServices = { engine, ledger, symbols, desk, lists, archive, limits, quirks };
  return { core, services, orderFaults };
}
