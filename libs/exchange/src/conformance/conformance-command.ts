import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { verifiedCcxtVenues } from '../infrastructure/ccxt/create-ccxt-gateway.js';
import { ccxtTarget } from './ccxt-target.js';
import { nativeNames, nativeTarget } from './native-target.js';
import type { NativeName } from './native-target.js';
import { paperTarget } from './paper-target.js';
import { runConformance } from './run-conformance.js';
import type { ConformanceReport } from './run-conformance.js';
import type { ConformanceTarget } from './venue-under-test.js';

const USAGE = `npm run conformance -- <what> [--json]

Holds an adapter against the port: one venue, one account, every case, and a report.

<what>  a path to an ES module that exports \`conformance\`, a ConformanceTarget
        (see libs/exchange/src/conformance/venue-under-test.ts)
        paper                              the simulated venue
        ${[...nativeNames, ...Object.keys(verifiedCcxtVenues)].join(' | ')} | any other id of ccxt, by CONFORMANCE_API_KEY,
        CONFORMANCE_API_SECRET, CONFORMANCE_API_PASSPHRASE and CONFORMANCE_SYMBOL (BTC/USDT).
        A real account rests small orders a quarter below the market and cancels them; it never trades.
        With CONFORMANCE_REST and CONFORMANCE_WS (a rehearsal venue's addresses) every case is run.
`;

/** @returns the exit code: 0 when no case failed, 1 when one did, 2 for a wrong call. */
export async function conformanceCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  write: (text: string) => void,
): Promise<number> {
  const [what] = args.filter((arg) => !arg.startsWith('-'));
  if (what === undefined) {
    write(USAGE);
    return 2;
  }
  let target: ConformanceTarget;
  try {
    target = await targetOf(what, environment);
  } catch (error) {
    write(`${(error as Error).message}\n`);
    return 2;
  }
  const report = await runConformance(target);
  write(args.includes('--json') ? `${JSON.stringify(report, null, 2)}\n` : textOf(report));
  return report.failed === 0 ? 0 : 1;
}

async function targetOf(
  what: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ConformanceTarget> {
  if (what === 'paper') return paperTarget;
  if (/^[a-z][a-z0-9]+$/.test(what)) return ofEnvironment(what, environment);
  const module = (await import(pathToFileURL(path.resolve(what)).href)) as {
    conformance?: ConformanceTarget;
  };
  if (typeof module.conformance?.open !== 'function' || typeof module.conformance.name !== 'string') {
    throw new Error(`${what} exports no \`conformance\` with a name and an open function.`);
  }
  return module.conformance;
}

function ofEnvironment(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): ConformanceTarget {
  const {
    CONFORMANCE_API_KEY: apiKey,
    CONFORMANCE_API_SECRET: secret,
    CONFORMANCE_API_PASSPHRASE: passphrase = null,
    CONFORMANCE_SYMBOL: symbol = 'BTC/USDT',
    CONFORMANCE_REST: rest,
    CONFORMANCE_WS: ws = null,
  } = environment;
  if (!apiKey || !secret) throw new Error('CONFORMANCE_API_KEY and CONFORMANCE_API_SECRET are not set.');
  if (nativeNames.includes(name as NativeName)) {
    const root = rest === undefined ? {} : { root: rest };
    return nativeTarget({
      name: name as NativeName,
      credential: { apiKey, secret, passphrase },
      symbol,
      ...root,
    });
  }
  const endpoints = rest === undefined ? {} : { endpoints: { rest, ws } };
  const credential = { apiKey, secret, passphrase };
  // Least sizes, and prices at a distance: that holds wherever the market goes and whatever the account was given.
  return ccxtTarget({ ccxtId: name, credential, symbol, moving: true, ...endpoints });
}

const MARK = { PASSED: '✓', FAILED: '✗', SKIPPED: '–' } as const;

function textOf({ target, cases, passed, failed, skipped }: ConformanceReport): string {
  const lines = cases.map(({ name, result, detail, durationMs }) => {
    const why = detail === '' ? '' : `\n    ${detail.replaceAll('\n', '\n    ')}`;
    return `${MARK[result]} ${name}${result === 'SKIPPED' ? '' : ` (${durationMs} ms)`}${why}`;
  });
  return `${target}\n\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
