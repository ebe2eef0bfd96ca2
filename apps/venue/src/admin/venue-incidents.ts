import type { Quirks } from '../faults/quirks.js';
import type { Operator } from './operator.js';
import type { Incident, IncidentOptions } from './incident.js';
import { faultIncident } from './order-incidents.js';

const EVERYTHING = { path: '/api/v3/*' };

/** An incident that is a standing quirk, of one account or of the whole venue. */
function quirk(
  name: string,
  title: string,
  sources: readonly string[],
  make: (options: IncidentOptions) => Partial<Quirks>,
): Incident {
  const start = (operator: Operator, options: IncidentOptions): string[] => {
    const quirks = make(options);
    operator.setQuirks(quirks, options.account ?? null);
    return Object.entries(quirks).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  };
  return { name, title, sources, start };
}

const RATE_LIMIT_SOURCES = [
  'ccxt#14639',
  'binance-trade-bot#283',
  'BTCT#427',
  'OctoBot#2108',
  'nefertiti#55',
];

/** The venue refuses, forgets, contradicts itself, or tells another time. */
export const VENUE_INCIDENTS: readonly Incident[] = [
  faultIncident(
    'rate-limited',
    '429 with Retry-After; who goes on gets banned.',
    RATE_LIMIT_SOURCES,
    EVERYTHING,
    'IN_TRANSIT',
    ({ ms = 5_000 }) => ({
      kind: 'STATUS',
      status: 429,
      code: -1003,
      message: 'Too much request weight used; current limit is 6000 request weight per 1 MINUTE.',
      headers: { 'Retry-After': String(Math.ceil(ms / 1_000)) },
    }),
  ),
  {
    name: 'banned',
    title: '418: the address is banned for a while; the ban outlives a restart of either side.',
    sources: RATE_LIMIT_SOURCES,
    start: (operator, { ms = 120_000 }) => {
      const addresses = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];
      for (const address of addresses) operator.ban(address, ms);
      return [`banned for ${ms} ms: ${addresses.join(', ')}`];
    },
  },
  faultIncident(
    'blocked-by-firewall',
    '403 without a code.',
    ['OctoBot#2108'],
    EVERYTHING,
    'IN_TRANSIT',
    () => ({ kind: 'STATUS', status: 403, body: '<html><body>Request blocked.</body></html>' }),
  ),
  {
    name: 'key-revoked',
    title: 'Every key of the account stops working at once.',
    sources: ['3Commas, December 2022'],
    start: (operator, { account }) => {
      const revoked = accountsOf(operator, account)
        .flatMap((id) => operator.core.accounts.keysOf(id))
        .filter(({ revoked: isGone }) => !isGone);
      for (const { apiKey } of revoked) operator.revokeKey(apiKey);
      return revoked.map(({ apiKey }) => `revoked ${apiKey}`);
    },
  },
  quirk(
    'funds-denied',
    'Orders are refused for want of funds, although every balance says there are enough.',
    ['hummingbot#4737', 'nautilus_trader#3104'],
    () => ({ deniesFunds: true }),
  ),
  quirk(
    'balance-disagrees',
    'The account answer shows money that no fill explains.',
    ['nautilus_trader#3104', 'hummingbot#4737', 'fledger#1'],
    () => ({ misstatedBalances: { USDT: '-123.45' } }),
  ),
  quirk(
    'quantity-rounded',
    'The venue takes less than was asked and says so only in the answer.',
    ['ccxt#6483', 'ccxt#4853'],
    () => ({ roundsToLots: 10 }),
  ),
  {
    name: 'filters-changed',
    title: 'Tick, lot and smallest notional are suddenly coarser: −1013 for what was right a moment ago.',
    sources: ['ccxt#6483', 'ccxt#25357'],
    start: (operator, { symbol }) =>
      symbolsOf(operator, symbol).map((name) => {
        const { tickSize, stepSize } = operator.core.symbols.find(name)?.rules ?? {
          tickSize: '1',
          stepSize: '1',
        };
        const changes = { priceStep: coarser(tickSize), quantityStep: coarser(stepSize), minNotional: '100' };
        operator.changeRules(name, { ...changes, minQuantity: changes.quantityStep });
        return `${name}: ${JSON.stringify(changes)}`;
      }),
  },
  {
    name: 'delisted',
    title: 'The market closes between the check and the order.',
    sources: ['freqtrade#9128'],
    start: (operator, { symbol }) =>
      symbolsOf(operator, symbol).map((name) => {
        operator.setStatus(name, 'BREAK');
        return `${name}: BREAK`;
      }),
  },
  quirk(
    'cancel-replace-half-done',
    'The cancel half succeeds, the new order is refused.',
    ['freqtrade#9128', 'freqtrade#13399'],
    () => ({ deniesFunds: true }),
  ),
  quirk(
    'query-lag',
    'Orders and fills are invisible to queries for a while: “not found” proves nothing.',
    ['nautilus_trader#4958', 'nautilus_trader#5000', 'hummingbot#1357', 'hummingbot#3374'],
    ({ ms = 2_000 }) => ({ visibilityLagMs: ms }),
  ),
  quirk(
    'orders-forgotten',
    'Orders that ended unfilled do not exist any more.',
    ['hummingbot#1357', 'nautilus_trader#3104'],
    () => ({ forgetsUnfilled: true }),
  ),
  quirk(
    'orders-archived',
    'Orders that ended unfilled answer −2026.',
    ['nautilus_trader#3104'],
    ({ ms = 0 }) => ({ archiveAfterMs: ms }),
  ),
  quirk(
    'late-fee',
    'Fills come without a commission, which is charged afterwards.',
    ['hummingbot#4990', 'hummingbot#2945'],
    ({ ms = 1_000 }) => ({ lateFeeMs: ms }),
  ),
  quirk(
    'shared-trade-ids',
    'Partial fills of one order share one trade id: unique by trade id alone loses money.',
    ['hummingbot#5633', 'hummingbot#5037', 'nautilus_trader#3046'],
    () => ({ sharesTradeIds: true }),
  ),
  {
    name: 'maintenance',
    title: 'All but ping, time and the system status answers 503, and the status says so.',
    sources: ['hummingbot#3374'],
    // A venue is down for everybody.
    start: (operator, { ms = null }) => {
      operator.closeForMaintenance(ms);
      return [`isInMaintenance = true${ms === null ? '' : ` for ${ms} ms`}`];
    },
  },
  {
    name: 'venue-clock-ahead',
    title: 'The venue’s clock is ahead: −1021 unless the client measures the offset.',
    sources: ['gekko#1855', 'profit-trailer#504', 'ccxt#2281'],
    start: (operator, { ms = 90_000 }) => offset(operator, ms),
  },
  {
    name: 'venue-clock-behind',
    title: 'The venue’s clock is behind: requests come from the future.',
    sources: ['gekko#1855', 'ccxt#2281'],
    start: (operator, { ms = 90_000 }) => offset(operator, -ms),
  },
  {
    name: 'equal-timestamps',
    title: 'Time stands still at the venue: pages by time skip what shares a timestamp.',
    sources: ['ccxt#9409'],
    start: (operator) => {
      const frozenAt = operator.core.clock.now();
      operator.setClock({ frozenAt });
      return [`time stands at ${frozenAt}`];
    },
  },
];

export function accountsOf({ core }: Operator, account: string | undefined): string[] {
  return account === undefined ? core.accounts.all().map(({ accountId }) => accountId) : [account];
}

export function symbolsOf({ core }: Operator, symbol: string | undefined): string[] {
  return symbol === undefined ? core.engine.symbols() : [symbol];
}

function offset(operator: Operator, offsetMs: number): string[] {
  operator.setClock({ offsetMs });
  return [`venue clock ${offsetMs} ms off`];
}

/** Ten times as coarse: `0.01` → `0.1`. */
function coarser(step: string): string {
  const digits = step.replace('.', '');
  const places = step.includes('.') ? step.length - step.indexOf('.') - 1 : 0;
  if (places === 0) return `${step}0`;
  const whole = digits.slice(0, digits.length - places + 1).replace(/^0+(?=\d)/, '');
  return places === 1 ? whole : `${whole}.${digits.slice(digits.length - places + 1)}`;
}
