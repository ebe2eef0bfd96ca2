import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { AccountSpec } from './accounts/account.js';
import { readAccount } from './admin/account-request.js';
import { LISTED } from './orders/symbol-rules.js';
import type { VenueOptions } from './venue-options.js';

export const DEFAULT_PORT = 9_100;

export const USAGE = `An exchange to rehearse against, offline.

  npm run venue -- [options]

  --port <n>         port to listen on (${DEFAULT_PORT})
  --host <address>   address to listen on (127.0.0.1); the admin API asks for no password
  --seed <n>         decides prices, ids and faults (1)
  --chaos <n>        bad days: a mix of faults and quirks drawn from this seed
  --journal <file>   keep everything in this file, and go on from it at the next start
  --accounts <file>  JSON: [{"accountId","keys":[{"apiKey","secret"}],"balances":{"USDT":"10000"},…}]
  --capture <file>   SYMBOL=file: play this recording instead of making prices up; may be repeated
  --speed <n>        market time for each second that passes (1); 0: prices and books stand still
  --clock-offset <n> the venue's clock, in milliseconds off this machine's (0)
  --limits off       no rate limits, and any number of open orders, for load
`;

/** A command line that makes no sense; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An account to try the venue with, when none was given. */
export const VISITOR: AccountSpec = {
  accountId: 'visitor',
  keys: [{ apiKey: 'visitor-key', secret: 'visitor-secret' }],
  balances: { USDT: '100000', BTC: '1', ETH: '10', BNB: '100' },
};

const ANY = Number.MAX_SAFE_INTEGER;

/** USDT that the visitor has on margin, for perpetuals. */
const VISITOR_MARGIN = '100000';

/** For load: nothing but filters of price and quantity is in the way. */
export const UNLIMITED: Pick<VenueOptions, 'limits' | 'symbols'> = {
  limits: { weightPerMinute: ANY, ordersPer10Seconds: ANY, ordersPerDay: ANY, rawRequestsPer5Minutes: ANY },
  symbols: LISTED.map((rules) => ({ ...rules, maxOpenOrders: ANY })),
};

/** @returns null when help was asked for. Throws a `UsageError`. */
export function readCommand(args: readonly string[]): VenueOptions | null {
  const { values } = parse(args);
  if (values.help === true) return null;
  return {
    port: whole('port', values.port) ?? DEFAULT_PORT,
    host: values.host,
    seed: whole('seed', values.seed) ?? 1,
    clock: { offsetMs: whole('clock-offset', values['clock-offset']) ?? 0 },
    chaos: whole('chaos', values.chaos) ?? undefined,
    journal: { file: values.journal },
    ...(values.accounts === undefined
      ? { accounts: [VISITOR], futures: { balances: { [VISITOR.accountId]: VISITOR_MARGIN } } }
      : { accounts: readAccounts(values.accounts) }),
    ...(values.limits === 'off' ? UNLIMITED : {}),
    market: { captures: capturesOf(values.capture ?? []), speed: speedOf(values.speed) },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        accounts: { type: 'string' },
        chaos: { type: 'string' },
        capture: { type: 'string', multiple: true },
        'clock-offset': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        host: { type: 'string' },
        journal: { type: 'string' },
        limits: { type: 'string' },
        port: { type: 'string' },
        seed: { type: 'string' },
        speed: { type: 'string' },
      },
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('ERR_PARSE_ARGS')) throw new UsageError(message.split(/[.\n]/)[0]);
    throw error;
  }
}

function whole(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^-?\d{1,15}$/.test(text)) throw new UsageError(`--${name} must be a whole number, not "${text}"`);
  return Number(text);
}

function speedOf(text: string | undefined): number {
  const speed = whole('speed', text) ?? 1;
  if (speed < 0) throw new UsageError(`--speed must be 0 or more, not "${text}"`);
  return speed;
}

function readAccounts(file: string): AccountSpec[] {
  try {
    const accounts: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(accounts)) return accounts.map(readAccount);
  } catch (error) {
    throw new UsageError(`--accounts ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new UsageError(`--accounts ${file}: a list of accounts is wanted`);
}

function capturesOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw new UsageError(`--capture wants SYMBOL=file, not "${pair}"`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
