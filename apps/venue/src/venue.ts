import type { AccountSpec } from './accounts/account.js';
import { adminDoor } from './admin/admin-door.js';
import { Admin } from './admin/admin.js';
import { assemble } from './assemble.js';
import { marketSide } from './market/market-side.js';
import { LISTED } from './orders/symbol-rules.js';
import { accountRoutes } from './rest/account-routes.js';
import { exchangeInfoRoute } from './rest/exchange-info.js';
import { HttpServer } from './rest/http-server.js';
import type { SideDoor, UpgradeDoor } from './rest/http-server.js';
import { listRoutes } from './rest/list-routes.js';
import { orderRoutes } from './rest/order-routes.js';
import { queryRoutes } from './rest/query-routes.js';
import { walletRoutes } from './rest/wallet-routes.js';
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
  if (options.chaos !== undefined) admin.unleash(options.chaos);
  for (const fault of options.faults ?? []) core.faults.set(fault);
  const server = new HttpServer({
    pipeline: core.pipeline,
    sideDoors: [
      ...parts.map(({ door }) => door).filter((door): door is SideDoor => door !== undefined),
      adminDoor(admin),
    ],
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

function openMissing(admin: Admin, core: VenueCore, specs: readonly AccountSpec[]): void {
  for (const spec of specs) if (core.accounts.find(spec.accountId) === null) admin.openAccount(spec);
}

async function stop(core: VenueCore, parts: readonly VenuePart[], server: HttpServer): Promise<void> {
  for (const part of parts) await part.close?.();
  core.clock.stop();
  await server.close();
  core.journal.close();
}
