import type { WebSocket } from 'ws';
import type { EngineEvent } from '../../../../apps/venue/src/engine/events.js';
import { rowsOf } from '../public-data.js';
import type { PublicData } from '../public-data.js';
import type { SpotDesk } from '../spot-desk.js';
import { fourOf } from './okx-data.js';
import { mayLogIn } from './okx-door.js';
import type { OkxKey } from './okx-door.js';
import { orderRow } from './okx-shapes.js';
import type { OkxTrading } from './okx-trading.js';

interface Channel {
  channel: string;
  instId?: string;
  instType?: string;
}

/** One connection: `books` on the public path, `orders` on the private one after a login. */
export class OkxSocket {
  private readonly channels = new Map<string, Channel>();
  private isKnown = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly isPrivate: boolean,
    private readonly parts: { desk: SpotDesk; trading: OkxTrading; data: PublicData; key: OkxKey },
  ) {
    const stop = parts.desk.listen((event) => this.onEvent(event));
    socket.on('close', stop);
    socket.on('message', (frame: Buffer) => this.onFrame(frame.toString()));
  }

  private onFrame(text: string): void {
    if (text === 'ping') return this.socket.send('pong');
    const { op, args } = JSON.parse(text) as { op: string; args: Record<string, string>[] };
    if (op === 'login') return this.logIn(args[0]!);
    if (op !== 'subscribe') return this.fail('60012', `Illegal request: ${text}`);
    for (const arg of args) this.subscribe(arg as unknown as Channel);
  }

  private logIn(args: Record<string, string>): void {
    this.isKnown = mayLogIn(args, this.parts.key, this.parts.desk.now);
    if (!this.isKnown) return this.fail('60009', 'Login failed.');
    this.send({ event: 'login', code: '0', msg: '', connId: 'a4d3ae55' });
  }

  private subscribe(arg: Channel): void {
    const { channel, instId } = arg;
    const isKnown = channel === (this.isPrivate ? 'orders' : 'books');
    if (!isKnown) return this.fail('60018', `Wrong URL or channel:${channel} doesn't exist.`);
    if (this.isPrivate && !this.isKnown) return this.fail('60011', 'Please log in');
    this.send({ event: 'subscribe', arg, connId: 'a4d3ae55' });
    const name = JSON.stringify(arg);
    if (this.channels.has(name)) return;
    this.channels.set(name, arg);
    if (channel === 'books') this.snapshot(arg, instId!);
  }

  private snapshot(arg: Channel, instId: string): void {
    const { id, bids, asks } = this.parts.data.book(this.parts.trading.listed(instId), 400);
    this.tellBook(arg, 'snapshot', { bids: fourOf(bids), asks: fourOf(asks), seqId: id, prevSeqId: -1 });
  }

  private onEvent(event: EngineEvent): void {
    for (const arg of this.channels.values()) {
      if (arg.channel === 'orders') this.onOrder(arg, event);
      else this.onBook(arg, event);
    }
  }

  private onBook(arg: Channel, event: EngineEvent): void {
    if (event.kind !== 'BookChanged') return;
    const { market } = this.parts.trading.listed(arg.instId);
    if (market.symbol !== event.symbol) return;
    const [bids, asks] = [rowsOf(market, event.bids), rowsOf(market, event.asks)];
    const ids = { seqId: event.u, prevSeqId: event.U - 1 };
    this.tellBook(arg, 'update', { bids: fourOf(bids), asks: fourOf(asks), ...ids });
  }

  private onOrder(arg: Channel, event: EngineEvent): void {
    if (event.kind !== 'OrderChanged' && event.kind !== 'Filled') return;
    const { desk, trading } = this.parts;
    const { order } = event;
    if (order.accountId !== desk.accountId) return;
    const fill = event.kind === 'Filled' ? event.fill : null;
    const fills = desk.fillsOf(order).filter(({ fillId }) => fill === null || fillId <= fill.fillId);
    const row = orderRow(trading.listedAs(order.symbol), order, fills, fill);
    this.send({ arg: { ...arg, uid: '77982378738415879' }, data: [{ ...row, code: '0', msg: '' }] });
  }

  private tellBook(arg: Channel, action: 'snapshot' | 'update', book: Record<string, unknown>): void {
    // The checksum is dead since 2026-06: the field stays, always 0.
    this.send({ arg, action, data: [{ ...book, ts: String(this.parts.desk.now), checksum: 0 }] });
  }

  private fail(code: string, msg: string): void {
    this.send({ event: 'error', code, msg, connId: 'a4d3ae55' });
  }

  private send(frame: unknown): void {
    this.socket.send(JSON.stringify(frame));
  }
}
