import { showUrl } from '../config/show-url.js';

const URLS = /\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s"'<>)\]}]+/gi;
const CREDENTIALS = /\b(bearer|basic|digest|hmac)\s+[\w.+/=~-]{4,}/gi;
const NAMED_SECRETS =
  /((?:secret|token|passw(?:or)?d|passphrase|pwd|signature|sign|api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|authorization|cookie|credential|session|seed|mnemonic|otp|pin)[\w-]*["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&}]+)/gi;
const OPAQUE = /[A-Za-z0-9_+=-]{20,}/g;
const OWN_ID = /^[a-z]{2,4}_[0-9a-f]{32}$/;
const WORTH_A_LOOK = /:\/\/|[:=]|[A-Za-z0-9_+=-]{20}|bearer|basic|digest|hmac/i;
const LONGEST_TEXT = 2_000;

/** Free text without what looks like a secret: URLs lose user, password and query; named values and opaque tokens go. */
export function scrubText(text: string): string {
  const cut = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  if (!WORTH_A_LOOK.test(cut)) return cut;
  return cut
    .replace(URLS, scrubUrl)
    .replace(CREDENTIALS, '$1 [redacted]')
    .replace(NAMED_SECRETS, '$1[redacted]')
    .replace(OPAQUE, opaque);
}

/** Scheme, host and path; path segments that look like a token go too. */
export function scrubUrl(text: string): string {
  return showUrl(text).replace(OPAQUE, opaque);
}

/** Letters and digits mixed over 20 characters: a key, a hash, a token. Our own ids are not secret. */
function opaque(token: string): string {
  if (OWN_ID.test(token) || !/\d/.test(token) || !/[A-Za-z]/.test(token)) return token;
  return '[redacted]';
}
