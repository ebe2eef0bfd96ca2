import { Futures } from '../futures/futures.js';
import { SocketDoor } from '../streams/socket-door.js';
import { StreamHub } from '../streams/stream-hub.js';
import type { Product } from '../streams/stream-names.js';
import type { VenueSocket } from '../streams/venue-socket.js';
import { UserStream } from '../user-stream/user-stream.js';
import { WsApiClient } from '../user-stream/ws-api-client.js';
import { FUTURES_METHODS, SPOT_METHODS } from '../user-stream/ws-api-methods.js';
import { wsApiRoutes } from '../user-stream/ws-api-routes.js';
import type { VenueCore, VenuePart } from '../venue-core.js';
import type { VenueOptions } from '../venue-options.js';
import { Display } from './display.js';
import { marketDoor } from './market-door.js';
import { marketDataRoutes } from './market-data-routes.js';
import { MarketSources } from './market-sources.js';
import { PublicMarket } from './public-market.js';
import { Pulse } from './pulse.js';

const CONNECTIONS_PER_5_MINUTES = 300;

/** The market side of the venue: prices, public data, streams, user events, perpetuals. */
export interface MarketSide extends VenuePart {
  readonly futures: Futures;
}

/** Made after the symbols are listed, started once the journal was replayed and the port is open. */
export function marketSide(core: VenueCore, options: VenueOptions): MarketSide {
  const { engine, clock, random, routes } = core;
  const sources = new MarketSources(engine, options.market ?? {}, random.fork('prices'), () => clock.now());
  const market = new PublicMarket(engine, Display.spot, (each) => sources.historyOf(each), clock);
  const hub = new StreamHub('SPOT', market, clock);
  const userStream = new UserStream(engine, clock);
  routes.add(...marketDataRoutes(market), ...wsApiRoutes());
  const { still: stillOnes, speed } = options.market ?? {};
  const own = { still: stillOnes === 'ALL', ...(speed !== undefined && { speed }) };
  const futures = new Futures(core, { ...own, ...options.futures }, (symbol) => {
    const spot = engine.market(symbol);
    return spot === null ? null : BigInt(sources.startTicks(symbol)) * spot.tickUnits;
  });
  engine.listen((event) => {
    market.handle(event);
    hub.handle(event);
    userStream.handle(event);
  });
  const apiClients = new Set<WsApiClient>();
  const door = new SocketDoor({
    faults: core.faults,
    clock,
    hubs: { SPOT: hub, FUTURES: futures.hub },
    privates: {
      openApi: (product, socket, ip) => {
        const client = openApi(core, userStream, product, socket, ip);
        apiClients.add(client);
        socket.onClose(() => apiClients.delete(client));
      },
      openUser: (listenKey, socket) => futures.userStream.open(listenKey, socket),
    },
    limits: {
      connection: options.streams?.connection ?? {},
      connectionsPer5Minutes: options.streams?.connectionsPer5Minutes ?? CONNECTIONS_PER_5_MINUTES,
    },
  });
  const pulse = new Pulse(clock);
  pulse.onBeat(() => {
    for (const client of apiClients) client.endRevoked();
  });
  for (const part of [sources, hub, futures, door]) pulse.onBeat((elapsedMs) => part.pass(elapsedMs));
  return {
    futures,
    upgrade: door.upgrade,
    door: marketDoor({ accounts: core.accounts, futures, sockets: door }),
    start: () => {
      sources.open();
      futures.start();
      pulse.start();
    },
    close: () => {
      pulse.stop();
      door.close();
    },
  };
}

function openApi(
  core: VenueCore,
  userStream: UserStream,
  product: Product,
  socket: VenueSocket,
  ip: string,
): WsApiClient {
  const { clock, pipeline, accounts, limits } = core;
  const limitOf = (header: string) => {
    const { weightPerMinute, ordersPer10Seconds, ordersPerDay } = limits.settings;
    if (header === 'x-mbx-used-weight-1m') return weightPerMinute;
    return header === 'x-mbx-order-count-10s' ? ordersPer10Seconds : ordersPerDay;
  };
  const isSpot = product === 'SPOT';
  return new WsApiClient(socket, {
    ip,
    methods: isSpot ? SPOT_METHODS : FUTURES_METHODS,
    pipeline,
    clock,
    accounts,
    userStream: isSpot ? userStream : null,
    limitOf,
  });
}
