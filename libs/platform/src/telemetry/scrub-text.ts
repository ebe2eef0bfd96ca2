import { showUrl } from '../config/show-url.js';

const URLS = /\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s"'<>)\]}]+/gi;
const CREDENTIALS = /\b(bearer|basic|digest|hmac)\s+[\w.+/=~-]{4,}/gi;
const NAMED_SECRETS =
  /((?:secret|token|passw(?:or)?d|passphrase|pwd|signature|sign|api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|authorization|cookie|credential|session|seed|mnemonic|otp|pin)[\w-]*["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&}]+)/gi;
const JWT = /\beyJ[\w-]{4,}(\.[\w-]*)*/g;
const OPAQUE = /[A-Za-z0-9_+-]{20,}={0,2}/g;
const OWN_ID = /^[a-z]{2,4}_[0-9a-f]{32}$/;
const WORTH_A_LOOK = /:\/\/|[:=]|[A-Za-z0-9_+=-]{20}|eyJ|bearer|basic|digest|hmac/i;
const LONGEST_TEXT = 2_000;

/** Free text without what looks like a secret: URLs lose user, password and query; named values and opaque tokens go. */
export function scrubText(text: string): string {
  const cut = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  if (!WORTH_A_LOOK.test(cut)) return cut;
  return cut
    .replace(URLS, scrubUrl)
    .replace(CREDENTIALS, '$1 [redacted]')
    .replace(NAMED_SECRETS, '$1[redacted]')
    .replace(JWT, '[redacted]')
    .replace(OPAQUE, opaque);
}

/** Scheme, host and path; path segments that look like a token go too. */
export function scrubUrl(text: string): string {
  return showUrl(text).replace(OPAQUE, opaque);
}

/** Over 20 characters that are no words: a key, a hash, a token. Our own ids are not secret. */
function opaque(token: string): string {
  if (OWN_ID.test(token)) return token;
  const parts = token.split(/[-_+=]/);
  const isWords = parts.every((part) => /^[A-Za-z]*$|^\d*$/.test(part) && !caseIsRandom(part));
  return isWords ? token : '[redacted]';
}

/** Base64 without a digit: upper and lower case change more often than in any camelCase name. */
function caseIsRandom(letters: string): boolean {
  if (letters.length < 12) return false;
  let changes = 0;
  for (let at = 1; at < letters.length; at += 1) {
    if (letters[at - 1]! < 'a' !== letters[at]! < 'a') changes += 1;
  }
  return changes > letters.length * 0.35;
}
