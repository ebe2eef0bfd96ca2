import { type Route, signed } from '../rest/routes.js';
import { VenueError } from '../rest/venue-error.js';

/**
 * What only the WebSocket API has. These routes check and count like any other; the connection that asked then opens
 * its session or its subscription.
 */
export function wsApiRoutes(): Route[] {
  const subscribe = { method: 'POST', security: 'USER_DATA', weight: 2, handle: () => ({}) } as const;
  return [
    { ...subscribe, path: '/api/ws-api/userDataStream.subscribe' },
    { ...subscribe, path: '/api/ws-api/userDataStream.subscribe.signature' },
    ...['/api/ws-api/session.logon', '/fapi/ws-fapi/session.logon'].map((path) =>
      signed({
        method: 'POST',
        path,
        security: 'USER_DATA',
        weight: 2,
        handle: ({ key }) => logon(key.kind),
      }),
    ),
  ];
}

function logon(kind: string): object {
  if (kind !== 'ED25519') throw new VenueError(-4056, 'HMAC_SHA256 API key is not supported.');
  return {};
}
