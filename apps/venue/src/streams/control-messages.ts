/** A request that a client wrote on a stream connection, or what is wrong with it. */
export type ControlMessage =
  | { method: 'SUBSCRIBE' | 'UNSUBSCRIBE'; streams: string[]; id: ControlId }
  | { method: 'LIST_SUBSCRIPTIONS'; id: ControlId }
  | { method: 'GET_PROPERTY' | 'SET_PROPERTY'; params: unknown[]; id: ControlId }
  | { method: 'INVALID'; code: number; message: string; id: ControlId };

export type ControlId = number | string | null;

const METHODS = ['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS', 'SET_PROPERTY', 'GET_PROPERTY'];
const EXPECTED = METHODS.map((method) => `\`${method}\``).join(', ');

/** The codes are the venue's: 0 property, 1 value type, 2 request, 3 JSON. */
export function parseControl(text: string): ControlMessage {
  let request: unknown;
  try {
    request = JSON.parse(text);
  } catch {
    return invalid(3, 'Invalid JSON: expected value at line 1 column 1', null);
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    return invalid(2, 'Invalid request: expected an object', null);
  }
  const { method, params, id = null } = request as { method?: unknown; params?: unknown; id?: unknown };
  if (!isId(id)) {
    return invalid(2, 'Invalid request: request ID must be an unsigned integer or a string up to 36', null);
  }
  if (typeof method !== 'string') return invalid(2, 'Invalid request: missing field `method`', id);
  return parseMethod(method, params, id);
}

function parseMethod(method: string, params: unknown, id: ControlId): ControlMessage {
  switch (method) {
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE':
      if (!Array.isArray(params) || params.some((each) => typeof each !== 'string')) {
        return invalid(2, 'Invalid request: params must be a list of streams', id);
      }
      return { method, streams: params as string[], id };
    case 'LIST_SUBSCRIPTIONS':
      return { method, id };
    case 'GET_PROPERTY':
    case 'SET_PROPERTY':
      if (!Array.isArray(params) || typeof params[0] !== 'string') {
        return invalid(2, 'Invalid request: property name must be a string', id);
      }
      return { method, params, id };
    default:
      return invalid(2, `Invalid request: unknown variant \`${method}\`, expected one of ${EXPECTED}`, id);
  }
}

function isId(id: unknown): id is ControlId {
  if (id === null) return true;
  return typeof id === 'number'
    ? Number.isSafeInteger(id) && id >= 0
    : typeof id === 'string' && id.length <= 36;
}

function invalid(code: number, message: string, id: ControlId): ControlMessage {
  return { method: 'INVALID', code, message, id };
}
