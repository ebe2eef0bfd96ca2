import type { Futures } from '../futures/futures.js';
import type { SideDoor } from '../rest/http-server.js';
import type { SocketDoor } from '../streams/socket-door.js';

interface Parts {
  futures: Futures;
  sockets: SocketDoor;
}

type Handle = (parts: Parts, body: Record<string, unknown>) => object | void;

const HANDLERS: Readonly<Record<string, Handle>> = {
  'POST /admin/futures/deposits': ({ futures }, { accountId, amount }) =>
    futures.deposit(textOf('accountId', accountId), textOf('amount', amount)),
  'POST /admin/futures/mark': ({ futures }, { symbol, price }) =>
    futures.pinMark(textOf('symbol', symbol), price === null ? null : textOf('price', price)),
  'POST /admin/streams/restart': ({ sockets }, { noticeMs }) => ({
    connections: sockets.restart(typeof noticeMs === 'number' ? noticeMs : 0),
  }),
};

/**
 * What the operator can do with the market side: fund a margin account, hold a mark price (`price: null` lets it go),
 * announce a restart of the streams and cut every connection when the notice is over.
 */
export function marketDoor(parts: Parts): SideDoor {
  return (request, response, text) => {
    const path = (request.url ?? '/').split('?')[0];
    const handle = HANDLERS[`${request.method} ${path}`];
    if (handle === undefined) return false;
    let status = 200;
    let answer: object;
    try {
      answer = handle(parts, JSON.parse(text) as Record<string, unknown>) ?? { ok: true };
    } catch (error) {
      status = 400;
      answer = { error: error instanceof Error ? error.message : String(error) };
    }
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
    return true;
  };
}

function textOf(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new RangeError(`"${name}" must be text`);
  return value;
}
