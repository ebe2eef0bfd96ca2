import type { WebSocket } from 'ws';
import type { EngineEvent, Filled, OrderChanged } from '../../../../apps/venue/src/engine/events.js';
import { rowsOf } from '../public-data.js';
import type { PublicData } from '../public-data.js';
import type { SpotDesk } from '../spot-desk.js';
import { mayLogIn } from './bybit-door.js';
import type { BybitKey } from './bybit-door.js';
import { fillRow, orderRow } from './bybit-shapes.js';
import type { Row } from './bybit-shapes.js';
import type { BybitTrading } from './bybit-trading.js';

interface Command {
  op: string;
  req_id?: string;
  args?: string[];
}

const BOOK = /^orderbook\.(\d+)\.([A-Z]+)$/;
const PRIVATE = new Set(['order', 'execution']);

/** One connection: books of spot on the public path, `order` and `execution` on the private one after a login. */
export class BybitSocket {
  private readonly topics = new Set<string>();
  private isKnown = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly isPrivate: boolean,
    private readonly parts: { desk: SpotDesk; trading: BybitTrading; data: PublicData; key: BybitKey },
  ) {
    const stop = parts.desk.listen((event) => this.onEvent(event));
    socket.on('close', stop);
    socket.on('message', (frame: Buffer) => this.onCommand(JSON.parse(frame.toString()) as Command));
  }

  private onCommand(command: Command): void {
    const { op, args = [] } = command;
    if (op === 'ping') return this.pong(command);
    if (op === 'auth') {
      this.isKnown = mayLogIn(args, this.parts.key, this.parts.desk.now);
      return this.answer(command, this.isKnown, this.isKnown ? '' : 'Params Error');
    }
    if (op !== 'subscribe') return this.answer(command, false, 'unknown op');
    const unknown = args.find((topic) => !this.has(topic));
    if (unknown !== undefined) return this.answer(command, false, `error:handler not found,topic:${unknown}`);
    this.answer(command, true, '');
    for (const topic of args) this.subscribe(topic);
  }

  private has(topic: string): boolean {
    return this.isPrivate ? this.isKnown && PRIVATE.has(topic) : BOOK.test(topic);
  }

  private subscribe(topic: string): void {
    this.topics.add(topic);
    const [, depth, symbol] = BOOK.exec(topic) ?? [];
    if (symbol === undefined) return;
    const listed = this.parts.trading.listed({ category: 'spot', symbol });
    const { id, bids, asks } = this.parts.data.book(listed, Number(depth));
    this.tellBook(topic, 'snapshot', { s: symbol, b: bids, a: asks, u: id, seq: id });
  }

  private onEvent(event: EngineEvent): void {
    if (event.kind === 'BookChanged') return this.onBook(event);
    if (event.kind !== 'OrderChanged' && event.kind !== 'Filled') return;
    if (event.order.accountId === this.parts.desk.accountId) this.onOrder(event);
  }

  private onBook({ symbol, bids, asks, u }: Extract<EngineEvent, { kind: 'BookChanged' }>): void {
    for (const topic of this.topics) {
      if (BOOK.exec(topic)?.[2] !== symbol) continue;
      const { market } = this.parts.trading.listedAs(symbol);
      const [b, a] = [rowsOf(market, bids), rowsOf(market, asks)];
      this.tellBook(topic, 'delta', { s: symbol, b, a, u, seq: u });
    }
  }

  private onOrder(event: OrderChanged | Filled): void {
    const { desk, trading } = this.parts;
    const { order } = event;
    const listed = trading.listedAs(order.symbol);
    const fill = event.kind === 'Filled' ? event.fill : null;
    const fills = desk.fillsOf(order).filter(({ fillId }) => fill === null || fillId <= fill.fillId);
    this.tell('order', orderRow(listed, order, fills));
    if (fill !== null) this.tell('execution', fillRow(listed, fill, order.clientOrderId));
  }

  private tell(topic: string, row: Row): void {
    if (!this.topics.has(topic)) return;
    const { now } = this.parts.desk;
    this.send({ id: `${now}`, topic, creationTime: now, data: [{ category: 'spot', ...row }] });
  }

  private tellBook(topic: string, type: 'snapshot' | 'delta', data: Row): void {
    const { now } = this.parts.desk;
    this.send({ topic, type, ts: now, data, cts: now });
  }

  private pong({ req_id }: Command): void {
    const { now } = this.parts.desk;
    if (this.isPrivate) this.send({ req_id, op: 'pong', args: [String(now)], conn_id: 'cojidqec' });
    else this.send({ success: true, ret_msg: 'pong', conn_id: 'cojidqec', req_id, op: 'ping' });
  }

  private answer({ op, req_id }: Command, success: boolean, ret_msg: string): void {
    this.send({ success, ret_msg, op, conn_id: 'cojidqec', ...(req_id !== undefined && { req_id }) });
  }

  private send(frame: unknown): void {
    this.socket.send(JSON.stringify(frame));
  }
}
