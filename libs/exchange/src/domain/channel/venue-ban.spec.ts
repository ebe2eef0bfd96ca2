import { LONGEST_WAIT_MS } from './retry-after.js';
import { banOf } from './venue-ban.js';

const NOW = 1_659_146_000_000;
const body = (until: number) =>
  `{"code":-1003,"msg":"Way too much request weight used; IP banned until ${until}. x"}`;

it.each([
  ['says until when', 418, {}, body(NOW + 400_000), { until: NOW + 400_000, reason: 'ADDRESS_BANNED' }],
  [
    'says for how long',
    418,
    { 'retry-after': '300' },
    '{}',
    { until: NOW + 300_000, reason: 'ADDRESS_BANNED' },
  ],
  ['bans briefly', 418, { 'retry-after': '2' }, '{}', { until: NOW + 2_000, reason: 'ADDRESS_BANNED' }],
  [
    'says both: the later',
    418,
    { 'retry-after': '300' },
    body(NOW + 200_000),
    { until: NOW + 300_000, reason: 'ADDRESS_BANNED' },
  ],
  ['says nothing: the shortest', 418, {}, '', { until: NOW + 120_000, reason: 'ADDRESS_BANNED' }],
  ['lies about the past', 418, {}, body(NOW - 5_000), { until: NOW + 120_000, reason: 'ADDRESS_BANNED' }],
  [
    'bans for ever: not longer than a week',
    418,
    {},
    body(9_999_999_999_999),
    { until: NOW + LONGEST_WAIT_MS, reason: 'ADDRESS_BANNED' },
  ],
  ['is a firewall', 403, {}, '<html>Request blocked.</html>', { until: NOW + 300_000, reason: 'FIREWALL' }],
  ['is a firewall without words', 403, {}, '', { until: NOW + 300_000, reason: 'FIREWALL' }],
  ['refuses a key in its own words', 403, {}, ' {"code":-2015}', null],
  ['is only too busy', 429, {}, body(NOW + 400_000), null],
  ['is broken', 503, {}, '', null],
])('a venue that %s', (_, status, headers, text, expected) => {
  expect(banOf(status, headers as Record<string, string>, text, NOW)).toEqual(expected);
});
