import { readFileSync } from 'node:fs';
import { LISTED } from '../orders/symbol-rules.js';
import { Rehearsal } from '../venue-client.contract.js';

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const file = new URL('./fixtures/recorded-answers.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Json>;

/** What is not offered here: icebergs and trailing stops, which the symbols say. */
const NOT_OFFERED = ['ICEBERG_PARTS', 'TRAILING_DELTA'];

/** Where an answer lacks what the real one has, or has it in another form; empty when a client cannot tell. */
function differences(real: Json, ours: Json, at = ''): string[] {
  if (Array.isArray(real)) {
    if (!Array.isArray(ours)) return [`${at} is a list`];
    // A row of numbers has a meaning in each place; a list of objects has one shape.
    if (typeof real[0] !== 'object' || Array.isArray(real[0])) {
      return real.flatMap((value, index) =>
        differences(value, ours[index] ?? ours[0] ?? null, `${at}[${index}]`),
      );
    }
    return real.flatMap((value) => differences(value, twinOf(value, ours), `${at}[]`));
  }
  if (typeof real === 'object' && real !== null) {
    if (typeof ours !== 'object' || ours === null || Array.isArray(ours)) return [`${at} is an object`];
    return Object.entries(real).flatMap(([name, value]) =>
      name in ours ? differences(value, ours[name] as Json, `${at}.${name}`) : [`${at}.${name} is missing`],
    );
  }
  return formOf(real) === formOf(ours) ? [] : [`${at} is ${formOf(real)}, not ${formOf(ours)}`];
}

/** Filters and limits are found by their kind. */
function twinOf(value: Json, ours: Json[]): Json {
  const kindOf = (one: Json): Json | undefined =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? (one['filterType'] ?? one['rateLimitType'])
      : undefined;
  if (NOT_OFFERED.includes(String(kindOf(value)))) return value;
  return ours.find((one) => kindOf(one) === kindOf(value)) ?? null;
}

function formOf(value: Json): string {
  if (typeof value !== 'string') return value === null ? 'null' : typeof value;
  if (/^-?\d+\.\d{8}$/.test(value)) return 'a decimal of eight places';
  return /^-?[\d.]+$/.test(value) ? 'a number as text' : 'text';
}

describe('answers beside those of the real venue', () => {
  let alice: Rehearsal;

  beforeAll(async () => {
    alice = await Rehearsal.start({ symbols: LISTED });
    alice.admin.houseLevel('ETHBTC', 'BUY', 4_000, 50_000);
    alice.admin.houseLevel('ETHBTC', 'SELL', 4_010, 50_000);
    for (const ticks of [4_010, 4_010, 4_000]) {
      alice.admin.houseTrade('ETHBTC', ticks === 4_000 ? 'SELL' : 'BUY', ticks, 100);
    }
  });
  afterAll(() => alice.close());

  it.each([
    ['exchangeInfo', '/api/v3/exchangeInfo?symbol=ETHBTC'],
    ['serverTime', '/api/v3/time'],
    ['avgPrice', '/api/v3/avgPrice?symbol=ETHBTC'],
    ['bookTicker', '/api/v3/ticker/bookTicker?symbol=ETHBTC'],
    ['depth', '/api/v3/depth?symbol=ETHBTC&limit=5'],
    ['ticker24hr', '/api/v3/ticker/24hr?symbol=ETHBTC'],
    ['priceTicker', '/api/v3/ticker/price?symbol=ETHBTC'],
    ['historicalTrades', '/api/v3/historicalTrades?symbol=ETHBTC'],
    ['aggTrades', '/api/v3/aggTrades?symbol=ETHBTC'],
    ['klines', '/api/v3/klines?symbol=ETHBTC&interval=5m'],
  ])('%s has every field, in the same form', async (name, path) => {
    const { body, status } = await alice.send('GET', path);
    expect([status, differences(recorded[name] as Json, body as Json)]).toEqual([200, []]);
  });

  it('would be told apart by a missing field, a number for a text, or other places', () => {
    expect(differences({ a: '1.00000000', b: [{ c: 1 }] }, { a: '1.0', b: [{ d: 1 }] })).toEqual([
      '.a is a decimal of eight places, not a number as text',
      '.b[].c is missing',
    ]);
  });
});
