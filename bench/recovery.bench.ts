import { load, post } from './support/load.js';
import { SextantUnderLoad } from './support/sextant-under-load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const OPEN_ORDERS = Number(process.env['BENCH_OPEN_ORDERS'] ?? 100_000);
const ACCOUNTS = 16;
const CONNECTIONS = 64;
const GIVE_UP_MS = 120_000;
const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '20000.00' };

/**
 * How long nobody is served after the process, and after the database, was killed in the middle of the load with many
 * orders open; and how long it takes until no order is without a verdict.
 */
export async function run(report: Report): Promise<void> {
  const sextant = await SextantUnderLoad.start();
  try {
    const accounts = await sextant.openAccounts(ACCOUNTS);
    await openOrders(sextant, accounts);
    await killedProcess(sextant, accounts, report);
    await killedDatabase(sextant, accounts, report);
  } finally {
    await sextant.stop();
  }
}

let number = 0;
const place = (sextant: SextantUnderLoad, accounts: readonly string[]) => {
  number += 1;
  const accountId = accounts[number % accounts.length];
  return post('/api/orders', { ...order, accountId, clientOrderId: `r-${number}` }, sextant.headers);
};

/** The paper venue takes a limited number of open orders an account and symbol; so many accounts have room. */
async function openOrders(sextant: SextantUnderLoad, accounts: readonly string[]): Promise<void> {
  const { port } = sextant.address;
  const request = () => place(sextant, accounts);
  while (number < OPEN_ORDERS) {
    const { statuses } = await load({ port, connections: CONNECTIONS, seconds: 2, request });
    const others = Object.keys(statuses).filter((status) => status !== '201');
    if (others.length > 0) throw new Error(`opening orders answered ${JSON.stringify(statuses)}`);
  }
}

async function killedProcess(
  sextant: SextantUnderLoad,
  accounts: readonly string[],
  report: Report,
): Promise<void> {
  const inFlight = loadUntilBroken(sextant, accounts);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const killed = performance.now();
  await sextant.killAndStartAgain();
  await inFlight;
  await until(async () => {
    const { status } = await sextant.post('/api/orders', { ...order, accountId: accounts[0] });
    return status === 201;
  });
  const note = `${number} orders open, killed under load`;
  report('process killed: first order taken', (performance.now() - killed) / 1_000, 's', `${note}; bar 5 s`);
  await until(() => nothingUnknown(sextant));
  report('process killed: every order has a verdict', (performance.now() - killed) / 1_000, 's', note);
}

async function killedDatabase(
  sextant: SextantUnderLoad,
  accounts: readonly string[],
  report: Report,
): Promise<void> {
  const killed = performance.now();
  process.kill(sextant.databasePid, 'SIGKILL');
  await until(async () => {
    const { status } = await sextant.post('/api/orders', { ...order, accountId: accounts[0] });
    return status === 201;
  });
  report('database killed: next order taken', (performance.now() - killed) / 1_000, 's', 'bar 10 s');
}

/** The clients of a process that dies lose their connections; that is what they are for. */
async function loadUntilBroken(sextant: SextantUnderLoad, accounts: readonly string[]): Promise<void> {
  const { port } = sextant.address;
  const request = () => place(sextant, accounts);
  await load({ port, connections: CONNECTIONS, seconds: 3, request }).catch(() => undefined);
}

async function nothingUnknown(sextant: SextantUnderLoad): Promise<boolean> {
  const page = await sextant.get<{ data: unknown[] }>(
    '/api/orders?status=PENDING_SUBMIT,OUTCOME_UNKNOWN&limit=1',
  );
  return page.data.length === 0;
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + GIVE_UP_MS;
  while (!(await done().catch(() => false))) {
    if (performance.now() > end) throw new Error('it does not recover');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
