import path from 'node:path';
import { conformanceCommand } from './conformance-command.js';
import { paperTarget } from './paper-target.js';
import { conformanceCases, runConformance } from './run-conformance.js';

async function run(
  args: string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; text: string }> {
  let text = '';
  const code = await conformanceCommand(args, environment, (part) => {
    text += part;
  });
  return { code, text };
}

it('reports each case of the paper venue, what its fixture cannot show and what it does not have', async () => {
  const { code, text } = await run(['paper', '--json']);
  const report = JSON.parse(text) as Awaited<ReturnType<typeof runConformance>>;
  expect(code).toBe(0);
  expect(report.cases).toHaveLength(conformanceCases.length);
  const skipped = report.cases.filter(({ result }) => result === 'SKIPPED').map(({ detail }) => detail);
  expect([...new Set(skipped)].sort()).toEqual([
    'the fixture has no marketData',
    'the venue has no GTD',
    'the venue has no STOP_LIMIT',
    'the venue has no STOP_MARKET',
    'the venue has no TAKE_PROFIT_LIMIT',
    'the venue has no TAKE_PROFIT_MARKET',
    'the venue has no TRAILING_STOP_MARKET',
    'the venue has no amendment of its own',
    'the venue has no countdown',
    'the venue has no iceberg orders',
    'the venue has no reduce-only orders',
    'the venue has no triggers',
  ]);
  expect(report).toMatchObject({ target: 'the paper venue', failed: 0 });
});

it('finds an adapter out that loses its fills, and fails', async () => {
  const { name, open } = paperTarget;
  const losing = await runConformance({
    name,
    open: async (approvals) => {
      const venue = await open(approvals);
      const openAccount = venue.gateway.open.bind(venue.gateway);
      venue.gateway.open = async (accountId) => {
        const session = await openAccount(accountId);
        const subscribe = session.onEvent.bind(session);
        session.onEvent = (listener) =>
          subscribe((event) => (event.kind === 'FILL' ? undefined : listener(event)));
        return session;
      };
      return { ...venue, patienceMs: 100 };
    },
  });
  const failed = losing.cases
    .filter(({ result }) => result === 'FAILED')
    .map(({ name: failedName }) => failedName);
  expect(failed).toEqual([
    'a market order fills, and its fills are told before the state that contains them',
  ]);
});

it('does not trade with a real account', async () => {
  const report = await runConformance({ ...paperTarget, live: true });
  const skipped = report.cases
    .filter(({ detail }) => detail === 'not against a real account')
    .map(({ name }) => name);
  expect(skipped).toEqual(
    conformanceCases.filter(({ trades, provokes }) => trades || provokes).map(({ name }) => name),
  );
  expect(skipped.length).toBeGreaterThan(3);
});

it('says how it is called', async () => {
  expect(await run([])).toMatchObject({
    code: 2,
    text: expect.stringContaining('npm run conformance') as string,
  });
  expect(await run(['binance'])).toMatchObject({
    code: 2,
    text: 'CONFORMANCE_API_KEY and CONFORMANCE_API_SECRET are not set.\n',
  });
  const nothing = path.join(import.meta.dirname, 'conformance-case.ts');
  expect(await run([nothing])).toMatchObject({
    code: 2,
    text: expect.stringContaining('exports no `conformance`') as string,
  });
});

it('says why a venue that is not there does not open, once, and skips the rest', async () => {
  const { code, text } = await run(['okx', '--json'], {
    CONFORMANCE_API_KEY: 'key',
    CONFORMANCE_API_SECRET: 'secret',
    CONFORMANCE_API_PASSPHRASE: 'phrase',
    CONFORMANCE_REST: 'http://127.0.0.1:1',
  });
  const { cases, failed } = JSON.parse(text) as Awaited<ReturnType<typeof runConformance>>;
  expect([code, failed]).toEqual([1, 1]);
  expect(cases[0]!.detail).toMatch(
    /^the venue does not open: OKX does not tell its markets: .*(ECONNREFUSED|CONNECT)/,
  );
  expect(cases.slice(1).every(({ detail }) => detail === 'the venue did not open')).toBe(true);
});
