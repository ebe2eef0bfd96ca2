import type { Accounts } from '../accounts/accounts.js';
import { checkFields, isMs, isName, isPrice, maybe, orNull } from '../admin/checks.js';
import type { Futures } from '../futures/futures.js';
import type { SideDoor } from '../rest/http-server.js';
import type { SocketDoor } from '../streams/socket-door.js';

interface Parts {
  accounts: Pick<Accounts, 'find'>;
  futures: Futures;
  sockets: SocketDoor;
}

type Handle = (parts: Parts, body: unknown) => object | void;
type Texts = Record<string, string>;

const HANDLERS: Readonly<Record<string, Handle>> = {
  'POST /admin/futures/deposits': ({ accounts, futures }, body) => {
    const { accountId, amount } = checkFields(body, { accountId: isName, amount: isPrice }) as Texts;
    if (accounts.find(accountId!) === null) throw new RangeError(`no account ${accountId}`);
    futures.deposit(accountId!, amount!);
  },
  'POST /admin/futures/mark': ({ futures }, body) => {
    const { symbol, price } = checkFields(body, { symbol: isName, price: orNull(isPrice) });
    futures.pinMark(symbol as string, price as string | null);
  },
  'POST /admin/streams/restart': ({ sockets }, body) => {
    const { noticeMs = 0 } = checkFields(body, { noticeMs: maybe(isMs) });
    return { connections: sockets.restart(noticeMs as number) };
  },
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
      answer = handle(parts, text === '' ? {} : JSON.parse(text)) ?? { ok: true };
    } catch (error) {
      status = 400;
      answer = { error: error instanceof Error ? error.message : String(error) };
    }
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
    return true;
  };
}
