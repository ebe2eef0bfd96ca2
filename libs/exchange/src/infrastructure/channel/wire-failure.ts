import type { NoAnswerCode, NotSentCode } from '../../domain/channel/venue-answer.js';

/** Before the first byte: undici had not taken the request up on a connection yet (`onRequestStart`). */
const BEFORE_BYTES: readonly [pattern: RegExp, code: NotSentCode][] = [
  [/^(ENOTFOUND|EAI_\w+|EDNS|ENODATA|ESERVFAIL)$/, 'DNS_FAILED'],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, 'CONNECT_TIMEOUT'],
  [/^UND_ERR_PRX_/, 'PROXY_FAILED'],
  [/^(ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|HOSTNAME_MISMATCH|EPROTO)/, 'TLS_FAILED'],
  [/^UND_ERR_(INVALID_ARG|REQ_CONTENT_LENGTH_MISMATCH|NOT_SUPPORTED)$/, 'BAD_REQUEST'],
  [/^UND_ERR_(DESTROYED|CLOSED)$/, 'STOPPED'],
];

const AFTER_BYTES: readonly [pattern: RegExp, code: NoAnswerCode][] = [
  [/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/, 'TIMEOUT'],
  [/^(UND_ERR_RES_EXCEEDED_MAX_SIZE|UND_ERR_HEADERS_OVERFLOW|ERR_BUFFER_TOO_LARGE)$/, 'TOO_LARGE'],
  [/^(HPE_|Z_|ERR_BROTLI|ERR__ERROR|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)/, 'GARBLED'],
  [/^UND_ERR_(DESTROYED|CLOSED|ABORTED)$/, 'ABORTED'],
];

/** What a failure before the first byte is called. */
export function notSentCodeOf(error: Error, throughProxy: boolean): NotSentCode {
  const code = codeOf(error);
  if (error.message === 'No DNS entries found') return 'DNS_FAILED';
  // The proxy refused the tunnel: undici says so only in words.
  if (throughProxy && (code === 'UND_ERR_ABORTED' || code === 'UND_ERR_SOCKET')) return 'PROXY_FAILED';
  return BEFORE_BYTES.find(([pattern]) => pattern.test(code))?.[1] ?? 'CONNECT_FAILED';
}

/** What a failure is called once bytes may have left. */
export function noAnswerCodeOf(error: Error, headersSeen: boolean): NoAnswerCode {
  const code = codeOf(error);
  if (error.name === 'HTTPParserError') return 'GARBLED';
  const known = AFTER_BYTES.find(([pattern]) => pattern.test(code))?.[1];
  return known ?? (headersSeen ? 'TRUNCATED' : 'RESET');
}

/** The code, and no message: messages of clients may repeat the request. */
export function describeFailure(error: Error): string {
  return codeOf(error) || error.name;
}

function codeOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : '';
}
