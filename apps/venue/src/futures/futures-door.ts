import { VenueError } from '../rest/venue-error.js';
import type { SideDoor } from '../rest/http-server.js';
import type { Futures } from './futures.js';

type Handle = (futures: Futures, body: Record<string, unknown>) => void;

const HANDLERS: Readonly<Record<string, Handle>> = {
  'POST /admin/futures/deposits': (futures, { accountId, amount }) =>
    futures.deposit(textOf('accountId', accountId), textOf('amount', amount)),
  'POST /admin/futures/mark': (futures, { symbol, price }) =>
    futures.pinMark(textOf('symbol', symbol), price === null ? null : textOf('price', price)),
};

/** What the operator can do with the perpetuals: fund an account, hold a mark price (`price: null` lets it go). */
export function futuresDoor(futures: Futures): SideDoor {
  return (request, response, text) => {
    const { pathname } = new URL(request.url ?? '/', 'http://venue');
    const handle = HANDLERS[`${request.method} ${pathname}`];
    if (handle === undefined) return false;
    let status = 200;
    let answer: object = { ok: true };
    try {
      handle(futures, JSON.parse(text) as Record<string, unknown>);
    } catch (error) {
      status = 400;
      answer = { error: error instanceof VenueError ? error.message : String(error) };
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
