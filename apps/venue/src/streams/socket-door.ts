import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { VenueClock } from '../engine/clock.js';
import type { FaultBook } from '../faults/fault-book.js';
import { ConnectionLife, type ConnectionLimits, FUTURES_LIMITS, SPOT_LIMITS } from './connection-life.js';
import { MarketClient } from './market-client.js';
import { parseSocketPath, type SocketPath } from './socket-path.js';
import type { StreamHub } from './stream-hub.js';
import type { Product } from './stream-names.js';
import { VenueSocket } from './venue-socket.js';

export interface SocketLimits {
  connection: Partial<ConnectionLimits>;
  /** New connections from one address in five minutes. */
  connectionsPer5Minutes: number;
}

/** Who takes connections that are not market streams. */
export interface PrivateConnections {
  openApi(product: Product, socket: VenueSocket, ip: string): void;
  /** False: no such listen key. */
  openUser(listenKey: string, socket: VenueSocket): boolean;
}

interface Parts {
  faults: FaultBook;
  clock: Pick<VenueClock, 'now' | 'after'>;
  hubs: Record<Product, StreamHub>;
  privates: PrivateConnections;
  limits: SocketLimits;
}

const FIVE_MINUTES_MS = 5 * 60_000;
const LARGEST_MESSAGE = 64 * 1024;
/** Requests on the WebSocket API count by weight, not by message. */
const ANY_NUMBER = { messagesPerSecond: Infinity };

/** Takes the WebSocket handshakes of the venue and keeps the connections alive, or ends them. */
export class SocketDoor {
  private readonly server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: LARGEST_MESSAGE,
  });
  private readonly lives = new Map<VenueSocket, ConnectionLife>();
  private readonly opened = new Map<string, number>();
  private windowMs = 0;

  constructor(private readonly parts: Parts) {}

  upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): boolean => {
    const path = parseSocketPath(request.url ?? '/');
    if (path === null) return false;
    const ip = request.socket.remoteAddress ?? '';
    const count = (this.opened.get(ip) ?? 0) + 1;
    this.opened.set(ip, count);
    if (count > this.parts.limits.connectionsPer5Minutes) {
      socket.end('HTTP/1.1 429 Too Many Requests\r\nretry-after: 300\r\nconnection: close\r\n\r\n');
      return true;
    }
    this.server.handleUpgrade(request, socket, head, (ws) => this.open(path, ws, ip));
    return true;
  };

  pass(elapsedMs: number): void {
    this.windowMs += elapsedMs;
    if (this.windowMs >= FIVE_MINUTES_MS) {
      this.windowMs = 0;
      this.opened.clear();
    }
    for (const life of this.lives.values()) life.pass(elapsedMs);
  }

  /** Says `serverShutdown` on every connection and cuts them all after the notice. @returns how many those are. */
  restart(noticeMs: number): number {
    const sockets = [...this.lives.keys()];
    for (const socket of sockets) this.announceShutdown(socket);
    this.parts.clock.after(noticeMs, () => {
      for (const socket of sockets) socket.close(1001, 'Server restart');
    });
    return sockets.length;
  }

  close(): void {
    for (const socket of this.lives.keys()) socket.close(1006, '');
    this.server.close();
  }

  private open(path: SocketPath, ws: WebSocket, ip: string): void {
    const socket = new VenueSocket(ws, this.parts.faults);
    const isSpot = path.kind !== 'USER' && path.product === 'SPOT';
    const limits = {
      ...(isSpot ? SPOT_LIMITS : FUTURES_LIMITS),
      ...(path.kind === 'API' && ANY_NUMBER),
      ...this.parts.limits.connection,
    };
    const life = new ConnectionLife(socket, limits, () => this.announceShutdown(socket));
    this.lives.set(socket, life);
    socket.onClose(() => this.lives.delete(socket));
    if (path.kind === 'API') this.parts.privates.openApi(path.product, socket, ip);
    else if (path.kind === 'MARKET') this.openMarket(path, socket, life, limits);
    else if (!this.parts.privates.openUser(path.listenKey, socket)) socket.close(1008, 'Invalid listenKey');
  }

  private announceShutdown(socket: VenueSocket): void {
    const event = { e: 'serverShutdown', E: this.parts.clock.now() };
    socket.sendEvent('serverShutdown', JSON.stringify(event));
  }

  private openMarket(
    { product, isCombined, streams }: Extract<SocketPath, { kind: 'MARKET' }>,
    socket: VenueSocket,
    life: ConnectionLife,
    { streamsPerConnection }: ConnectionLimits,
  ): void {
    const client = new MarketClient(socket, {
      hub: this.parts.hubs[product],
      life,
      isCombined,
      streamLimit: streamsPerConnection,
    });
    const problem = client.subscribe(streams);
    if (problem !== null) socket.close(1008, problem);
  }
}
