import type { Answer, Damage, Reply } from '../rest/reply.js';
import type { VenueSocket } from '../streams/venue-socket.js';
import type { RequestId } from './ws-api-request.js';

/** Binance's own figures for an address and an account, as they stand in its documentation. */
const LIMITS = [
  { header: 'x-mbx-used-weight-1m', rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1 },
  { header: 'x-mbx-order-count-10s', rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10 },
  { header: 'x-mbx-order-count-1d', rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1 },
] as const;

interface Parts {
  socket: VenueSocket;
  id: RequestId;
  wantsRateLimits: boolean;
  after: (ms: number, run: () => void) => void;
  /** The limit that belongs to a count. */
  limitOf: (header: string) => number;
  /** Last word on a good result, just before it is sent: a session or a subscription begins here. */
  onSuccess: (result: unknown) => unknown;
}

/** An answer as a frame of the WebSocket API: the REST answer's body under `result` or `error`. */
export class WsApiReply implements Reply {
  constructor(private readonly parts: Parts) {}

  send(answer: Answer, damage: Damage = {}): void {
    const { socket, after } = this.parts;
    const frame = this.frameOf(answer);
    const part = damage.share === undefined ? frame : frame.slice(0, Math.floor(frame.length * damage.share));
    const delayMs = damage.bytesPerSecond === undefined ? 0 : (frame.length / damage.bytesPerSecond) * 1000;
    const send = () => {
      socket.reply(part);
      if (damage.twice === true) socket.reply(part);
      if (damage.ending === 'CLOSE') socket.close(1006, '');
    };
    if (delayMs > 0) after(delayMs, send);
    else send();
  }

  abandon(how: 'DROP' | 'RESET' | 'HANG'): void {
    if (how === 'DROP') this.parts.socket.close(1001, '');
    if (how === 'RESET') this.parts.socket.close(1006, '');
  }

  private frameOf({ status, body, headers }: Answer): string {
    const { id, wantsRateLimits } = this.parts;
    let parsed: unknown;
    try {
      parsed = JSON.parse(body.toString());
    } catch {
      // A fault made the answer unreadable: then the frame is, too.
      return body.toString();
    }
    const outcome = status === 200 ? { result: this.parts.onSuccess(parsed) } : { error: parsed };
    const rateLimits = wantsRateLimits ? { rateLimits: this.rateLimits(headers) } : {};
    return JSON.stringify({ id, status, ...outcome, ...rateLimits });
  }

  private rateLimits(headers: Answer['headers']): object[] {
    return LIMITS.flatMap(({ header, ...limit }) => {
      const count = headers[header];
      return count === undefined
        ? []
        : [{ ...limit, limit: this.parts.limitOf(header), count: Number(count) }];
    });
  }
}
