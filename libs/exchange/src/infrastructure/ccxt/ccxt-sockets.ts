import { AsyncLocalStorage } from 'node:async_hooks';
import type { Timers } from '@sextant/platform';
import { invoke } from './ccxt-exchange.js';
import type { CcxtExchange, CcxtSocket } from './ccxt-exchange.js';

const ignore = (): void => undefined;

/**
 * The sockets of one ccxt exchange. ccxt rejects promises that nobody waits for when a connection breaks (subscriptions in
 * the making): in this process that would be the end. Whoever does wait is told all the same.
 */
export class CcxtSockets {
  private readonly told = new AsyncLocalStorage<(socket: CcxtSocket) => void>();
  private readonly tamed = new WeakSet<CcxtSocket>();

  private closed = false;

  constructor(
    private readonly exchange: CcxtExchange,
    timers: Timers,
  ) {
    // Its own timers (a listen key renewed each 20 minutes) would outlive the session and hold the process.
    exchange.delay = (delayMs, method, ...args) => {
      timers.setTimer(delayMs, () => {
        if (!this.closed) exchange.spawn(method, ...args);
      });
    };
    const socketOf = exchange.client.bind(exchange);
    exchange.client = (url) => {
      // A watch that was still asking for its listen key when the session closed would dial now.
      if (this.closed) throw new Error('closed');
      const socket = socketOf(url);
      this.tame(socket);
      this.told.getStore()?.(socket);
      return socket;
    };
  }

  /** The next value of a stream; `onSocket` is told the socket that it comes over. */
  watch(method: string, args: readonly unknown[], onSocket: (socket: CcxtSocket) => void): Promise<unknown> {
    return this.told.run(onSocket, () => invoke(this.exchange, method, ...args));
  }

  /** Tears all of them down. ccxt's own `close` waits for the other side to agree. */
  closeAll(): void {
    this.closed = true;
    for (const socket of Object.values(this.exchange.clients ?? {})) this.tearDown(socket, 'closed');
  }

  /** The next `watch` dials anew. */
  tearDown(socket: CcxtSocket, reason: string): void {
    const { clients } = this.exchange;
    if (clients[socket.url] === socket) delete clients[socket.url];
    socket.reset(new Error(reason));
    socket.connection?.terminate();
  }

  private tame(socket: CcxtSocket): void {
    if (this.tamed.has(socket)) return;
    this.tamed.add(socket);
    handled(socket.connected);
    const futureOf = socket.future.bind(socket);
    socket.future = (hash) => handled(futureOf(hash));
  }
}

function handled<T extends Promise<unknown>>(promise: T): T {
  promise.catch(ignore);
  return promise;
}
