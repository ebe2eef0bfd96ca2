import type { ConnectionLife } from './connection-life.js';
import { type ControlId, type ControlMessage, parseControl } from './control-messages.js';
import type { StreamHub, StreamSubscriber } from './stream-hub.js';
import { parseStreamName } from './stream-names.js';
import type { VenueSocket } from './venue-socket.js';

interface Parts {
  hub: StreamHub;
  life: ConnectionLife;
  /** Combined connections wrap each event with its stream's name. */
  isCombined: boolean;
  streamLimit: number;
}

/** One client on the market streams: what it subscribed to, what it asks, what it gets. */
export class MarketClient implements StreamSubscriber {
  private readonly names = new Set<string>();
  private isCombined: boolean;

  constructor(
    private readonly socket: VenueSocket,
    private readonly parts: Parts,
  ) {
    this.isCombined = parts.isCombined;
    socket.onMessage((text) => {
      if (parts.life.countMessage()) this.answer(parseControl(text));
    });
    socket.onClose(() => this.unsubscribe([...this.names]));
  }

  /** @returns what is wrong with the names, or null; none is subscribed to unless all can be. */
  subscribe(names: readonly string[]): string | null {
    const parsed = names.map((name) => parseStreamName(this.parts.hub.product, name));
    if (parsed.includes(null)) return 'Invalid request: invalid stream';
    const { streamLimit } = this.parts;
    if (new Set([...this.names, ...names]).size > streamLimit) {
      return `Invalid request: more than ${streamLimit} streams on one connection`;
    }
    for (const name of parsed) {
      this.names.add(name!.name);
      this.parts.hub.subscribe(name!, this);
    }
    return null;
  }

  deliver(stream: string, payload: string): void {
    this.socket.sendEvent(
      stream,
      this.isCombined ? `{"stream":${JSON.stringify(stream)},"data":${payload}}` : payload,
    );
  }

  private unsubscribe(names: readonly string[]): void {
    for (const name of names) {
      this.names.delete(name);
      this.parts.hub.unsubscribe(name, this);
    }
  }

  private answer(message: ControlMessage): void {
    switch (message.method) {
      case 'INVALID':
        return this.refuse(message.code, message.message, message.id);
      case 'SUBSCRIBE': {
        const problem = this.subscribe(message.streams);
        // The acknowledgement goes out before the first delta: frames are only made later, at the hub's pace.
        return problem === null ? this.reply(null, message.id) : this.refuse(2, problem, message.id);
      }
      case 'UNSUBSCRIBE':
        this.unsubscribe(message.streams);
        return this.reply(null, message.id);
      case 'LIST_SUBSCRIPTIONS':
        return this.reply([...this.names], message.id);
      case 'GET_PROPERTY':
        if (message.params[0] !== 'combined') return this.refuse(0, 'Unknown property', message.id);
        return this.reply(this.isCombined, message.id);
      case 'SET_PROPERTY':
        return this.setProperty(message.params, message.id);
    }
  }

  private setProperty([name, value]: unknown[], id: ControlId): void {
    if (name !== 'combined') return this.refuse(0, 'Unknown property', id);
    if (typeof value !== 'boolean') return this.refuse(1, 'Invalid value type: expected Boolean', id);
    this.isCombined = value;
    this.reply(null, id);
  }

  private reply(result: unknown, id: ControlId): void {
    this.socket.reply(JSON.stringify({ result, id }));
  }

  private refuse(code: number, msg: string, id: ControlId): void {
    this.socket.reply(JSON.stringify({ error: { code, msg }, id }));
  }
}
