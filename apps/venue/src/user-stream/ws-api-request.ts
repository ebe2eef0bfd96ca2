import { Params } from '../rest/params.js';
import { VenueError } from '../rest/venue-error.js';

export type RequestId = string | number | null;

/** A frame of the WebSocket API, as far as it can be read. */
export interface WsApiRequest {
  id: RequestId;
  method: string;
  params: Params;
  /** What the signature is over: all parameters but itself, sorted by name, not percent-encoded. */
  payload: string;
  signature: string | null;
  wantsRateLimits: boolean;
}

/** @throws VenueError for anything that is no request. */
export function parseWsApiRequest(text: string): WsApiRequest {
  const { id, method, params = {} } = objectOf(text);
  if (!isId(id)) throw new VenueError(-1135, "Invalid 'id' in JSON request");
  if (typeof method !== 'string') throw new VenueError(-1135, "Missing 'method' in JSON request");
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw new VenueError(-1135, "Invalid 'params' in JSON request");
  }
  const values = new Map(Object.entries(params).map(([name, value]) => [name, textOf(name, value)]));
  const signature = values.get('signature') ?? null;
  const names = [...values.keys()].filter((name) => name !== 'signature').sort();
  return {
    id: id ?? null,
    method,
    params: new Params(values),
    payload: names.map((name) => `${name}=${values.get(name)}`).join('&'),
    signature,
    wantsRateLimits: values.get('returnRateLimits') !== 'false',
  };
}

function objectOf(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new VenueError(-1135, 'Invalid JSON Request');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new VenueError(-1135, 'JSON Request must be an object');
  }
  return parsed as Record<string, unknown>;
}

function isId(id: unknown): id is RequestId | undefined {
  if (id === undefined || id === null || Number.isSafeInteger(id)) return true;
  return typeof id === 'string' && /^[\w-]{1,36}$/.test(id);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return JSON.stringify(value);
  throw new VenueError(-1135, `Invalid parameter '${name}' in JSON request`);
}
