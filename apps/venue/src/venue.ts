import type { AccountSpec } from './accounts/account.js';
import { Accounts } from './accounts/accounts.js';
import { Ledger } from './accounts/ledger.js';
import { SpotSettlement } from './accounts/spot-settlement.js';
import { Admin } from './admin/admin.js';
import { adminDoor } from './admin/admin-door.js';
import { VenueClock } from './engine/clock.js';
import { Engine } from './engine/engine.js';
import { Random } from './engine/random.js';
import { FaultBook } from './faults/fault-book.js';
import { OrderFaults } from './faults/order-faults.js';
import { QuirkBook } from './faults/quirks.js';
import { Journal } from './journal/journal.js';
import { Recorder } from './journal/recorder.js';
import { AveragePrices } from './orders/average-prices.js';
import { ListDesk } from './orders/list-desk.js';
import { OrderArchive } from './orders/order-archive.js';
import { OrderDesk } from './orders/order-desk.js';
import { LISTED } from './orders/symbol-rules.js';
import { SymbolTable } from './orders/symbol-table.js';
import { accountRoutes } from './rest/account-routes.js';
import { Authenticator } from './rest/authenticator.js';
import { exchangeInfoRoute } from './rest/exchange-info.js';
import { HttpServer } from './rest/http-server.js';
import type { UpgradeDoor } from './rest/http-server.js';
import { Limits } from './rest/limits.js';
import { listRoutes } from './rest/list-routes.js';
import { orderRoutes } from './rest/order-routes.js';
import { Pipeline } from './rest/pipeline.js';
import { queryRoutes } from './rest/query-routes.js';
import { RouteTable } from './rest/routes.js';
import type { SpotServices } from './rest/spot-services.js';
import { walletRoutes } from './rest/wallet-routes.js';
import { marketSide } from './market/market-side.js';
import type { VenueCore, VenuePart } from './venue-core.js';
import type { VenueOptions, VenuePartFactory } from './venue-options.js';

const HOST = '127.0.0.1';

export interface RunningVenue {
  /** `http://127.0.0.1:9100` */
  readonly url: string;
  /** `ws://127.0.0.1:9100` */
  readonly wsUrl: string;
  readonly seed: number;
  readonly core: VenueCore;
  /** What the operator can do, without HTTP. */
  readonly admin: Admin;
  close(): Promise<void>;
}

/** Starts a venue: replays its journal, lists symbols, opens accounts that it does not have yet, and listens. */
export async function startVenue(
  options: VenueOptions = {},
  factories: readonly VenuePartFactory[] = [marketSide],
): Promise<RunningVenue> {
  const seed = options.seed ?? 1;
  const { core, services, orderFaults } = assemble(options, seed);
  core.routes.add(
    ...orderRoutes(services),
    ...listRoutes(services),
    ...queryRoutes(services),
    ...accountRoutes(services),
    ...walletRoutes(services),
    exchangeInfoRoute(services),
  );
  const admin = new Admin(core);
  for (const rules of options.symbols ?? LISTED) core.symbols.list(rules);
  const parts = factories.map((factory) => factory(core, options));
  core.recorder.replay();
  orderFaults.resume();
  openMissing(admin, core, options.accounts ?? []);
  for (const fault of options.faults ?? []) core.faults.set(fault);
  const server = new HttpServer({
    pipeline: core.pipeline,
    sideDoors: [adminDoor(admin)],
    upgradeDoors: parts
      .map(({ upgrade }) => upgrade)
      .filter((door): door is UpgradeDoor => door !== undefined),
  });
  const host = options.host ?? HOST;
  const port = await server.listen(options.port ?? 0, host);
  for (const part of parts) part.start?.();
  return {
    url: `http://${host}:${port}`,
    wsUrl: `ws://${host}:${port}`,
    seed,
    core,
    admin,
    close: () => stop(core, parts, server),
  };
}

function assemble(options: VenueOptions, seed: number) {
  const random = new Random(seed);
  const clock = new VenueClock(options.clock);
  const now = (): number => clock.now();
  const journal = new Journal(options.journal);
  const ledger = new Ledger();
  const accounts = new Accounts();
  const quirks = new QuirkBook(options.quirks);
  const settlement: SpotSettlement = new SpotSettlement({
    ledger,
    accounts,
    market: (symbol) => engine.market(symbol),
    isFeeLate: (accountId) => quirks.of(accountId).lateFeeMs !== null,
  });
  const engine = new Engine({
    settlement,
    now,
    sharesTradeIds: (accountId) => quirks.of(accountId).sharesTradeIds,
  });
  const symbols = new SymbolTable(engine);
  const averagePrices = new AveragePrices(symbols, now);
  engine.listen((event) => averagePrices.handle(event));
  const desk = new OrderDesk({ engine, ledger, quirks, averagePrices, random: random.fork('ids') });
  const faults = new FaultBook(
    random.fork('faults'),
    (ms, run) => clock.after(ms, run),
    (rule, on) => journal.record('fault', clock.now(), { rule: rule.id, action: rule.action, on }),
  );
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
  const orderFaults = new OrderFaults({ engine, settlement, desk, quirks, clock });
  const authenticator = new Authenticator(accounts);
  const routes = new RouteTable();
  const pipeline = new Pipeline({
    clock,
    routes,
    accounts,
    authenticator,
    limits,
    faults,
    quirks,
    journal,
    actOnOrders: (rule, call, params, answer) => orderFaults.act(rule, call, params, answer),
  });
  const core: VenueCore = {
    seed,
    random,
    clock,
    engine,
    ledger,
    symbols,
    accounts,
    routes,
    authenticator,
    limits,
    pipeline,
    faults,
    quirks,
    journal,
    recorder,
  };
  const archive = new OrderArchive(engine, desk, quirks, now);
  const lists = new ListDesk(engine, symbols, desk);
  const services: SpotServices = { engine, ledger, symbols, desk, lists, archive, limits, quirks };
  return { core, services, orderFaults };
}

function openMissing(admin: Admin, core: VenueCore, specs: readonly AccountSpec[]): void {
  for (const spec of specs) if (core.accounts.find(spec.accountId) === null) admin.openAccount(spec);
}

async function stop(core: VenueCore, parts: readonly VenuePart[], server: HttpServer): Promise<void> {
  for (const part of parts) await part.close?.();
  core.clock.stop();
  await server.close();
  core.journal.close();
}
