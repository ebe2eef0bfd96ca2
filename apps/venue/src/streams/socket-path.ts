import type { Product } from './stream-names.js';

/** What a WebSocket address asks for. */
export type SocketPath =
  | { kind: 'MARKET'; product: Product; isCombined: boolean; streams: string[] }
  | { kind: 'USER'; listenKey: string }
  | { kind: 'API'; product: Product };

/**
 * Binance has a host for each service; here the first part of the path says it: `/ws` and `/stream` for spot, `/fstream`
 * in front of either for futures, `/ws-api/v3` and `/ws-fapi/v1` for requests. After `/ws` come streams; anything that
 * cannot be one (ccxt appends the number of its connection) is passed over.
 * @returns null for an address that nothing answers.
 */
export function parseSocketPath(url: string): SocketPath | null {
  const address = URL.parse(url, 'ws://venue');
  if (address === null) return null;
  const { pathname, searchParams } = address;
  if (pathname === '/ws-api/v3') return { kind: 'API', product: 'SPOT' };
  if (pathname === '/ws-fapi/v1') return { kind: 'API', product: 'FUTURES' };
  const match = /^(\/fstream)?(?:\/(?:public|market|private))?\/(ws|stream)(?:\/(.*))?$/.exec(pathname);
  if (match === null) return null;
  const product = match[1] === undefined ? 'SPOT' : 'FUTURES';
  const listenKey = searchParams.get('listenKey');
  if (product === 'FUTURES' && listenKey !== null) return { kind: 'USER', listenKey };
  const rest = partsOf(match[3] ?? '');
  if (rest === null) return null;
  const key = rest.find((part) => /^[A-Za-z0-9]{64}$/.test(part));
  if (product === 'FUTURES' && key !== undefined) return { kind: 'USER', listenKey: key };
  const asked = [...rest, ...(searchParams.get('streams') ?? '').split('/')];
  return {
    kind: 'MARKET',
    product,
    // `/stream/ws/7` is how ccxt reaches raw streams under a path that tells it spot from futures.
    isCombined: match[2] === 'stream' && !rest.includes('ws'),
    streams: asked.filter((part) => /[@!]/.test(part)),
  };
}

/** Null when an escape is broken. */
function partsOf(text: string): string[] | null {
  try {
    return text.split('/').map(decodeURIComponent);
  } catch {
    return null;
  }
}
