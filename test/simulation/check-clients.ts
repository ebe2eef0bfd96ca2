import type { AmendCall, Call } from './simulated-clients.js';
import type { OrderVersion, Row } from './simulated-database.js';
import type { World } from './world.js';

/** I2 what was answered is stored, I10 one key is one order, I11 everybody gets an answer in the end. */
export function checkClients({ clients, database, venue }: World): string[] {
  const rows = database.rows('orders');
  const problems = clients.calls.flatMap((call) => checkCall(call, rows));
  problems.push(...clients.amends.flatMap((call) => checkAmend(call, database)));
  const byKey = Map.groupBy(clients.calls, ({ key }) => key);
  for (const [key, calls] of byKey) if (key !== null) problems.push(...checkKey(key, calls, rows));
  const probe = clients.calls.filter(({ key }) => key === 'probe').at(-1);
  const last = probe?.answers.at(-1);
  const moneyLeft = venue.books.withdrawn.size > 0;
  if (moneyLeft && last?.code !== 'ACCOUNT_NOT_RECONCILED') {
    problems.push(
      `I7 money is missing at the venue, and an order is ${last?.code ?? last?.status ?? 'unheard'}`,
    );
  }
  if (!moneyLeft && last?.status !== 'NEW') {
    problems.push(`I11 an order after all is calm is ${last?.code ?? last?.status ?? 'unheard'}`);
  }
  return problems;
}

function checkCall(call: Call, rows: readonly Row[]): string[] {
  const { key, bodyHash, answers, misuse, request } = call;
  const problems: string[] = [];
  const say = (problem: string) => problems.push(`${problem}: ${key ?? request.tags.join(' ')}`);
  const made = rows.filter((row) => row['body_hash'] === bodyHash);
  const told = new Set(answers.flatMap(({ orderId }) => orderId ?? []));
  for (const { code } of answers) if (code?.startsWith('BUG')) say(code);
  if (made.length > 1) say(`I10 ${made.length} orders of one request`);
  if (told.size > 1) say('I10 told of several orders');
  for (const orderId of told) {
    if (!made.some((row) => row['order_id'] === orderId)) say(`I2 ${orderId} was promised and is gone`);
  }
  if (key !== null && !misuse && answers.length === 0) say('I11 never answered');
  return problems;
}

/** Told that new terms are in force: then they are stored, and the order never has fewer lots filled than it had. */
function checkAmend(call: AmendCall, { versions }: World['database']): string[] {
  const { orderId, outcome, quantity, price, atMs } = call;
  if (outcome?.startsWith('BUG') === true) return [`${outcome}: ${orderId}`];
  if (outcome !== 'AMENDED') return [];
  const isIt = ({ row, atMs: storedMs }: OrderVersion) =>
    row['order_id'] === orderId &&
    storedMs <= atMs &&
    (quantity === null || isSame(quantity, row['lots'] as number, row['step_size'] as bigint)) &&
    (price === null || isSame(price, row['price_ticks'] as number, row['tick_size'] as bigint));
  return versions.some(isIt) ? [] : [`I2 new terms were promised and are nowhere: ${orderId}`];
}

function isSame(decimal: string, cells: number, unit: bigint): boolean {
  const [whole = '', rest = ''] = decimal.split('.');
  return BigInt(whole + rest.padEnd(18, '0')) === BigInt(cells) * unit;
}

/** A key belongs to the first request that had an effect, whatever else was sent under it. */
function checkKey(key: string, calls: readonly Call[], rows: readonly Row[]): string[] {
  const bodies = new Set(calls.map(({ bodyHash }) => bodyHash));
  const made = rows.filter((row) => bodies.has(row['body_hash'] as string));
  return made.length > 1 ? [`I10 one key made ${made.length} orders: ${key}`] : [];
}
