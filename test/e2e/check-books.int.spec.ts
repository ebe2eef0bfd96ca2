import pg from 'pg';
import { checkBooks, lastingFindings } from './check-books.js';
import { World } from './world.js';

let world: World;
let client: pg.Client | undefined;

beforeAll(async () => {
  world = await World.open();
  const api = await world.api();
  await world.marketOpen(api);
  const orders = [
    { strategy: 'first' },
    { type: 'LIMIT', price: '40000' },
    { side: 'SELL', quantity: '0.0005' },
    { side: 'SELL', quantity: '1' },
  ];
  for (const [index, order] of orders.entries()) {
    const body = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.001', type: 'MARKET', ...order };
    await world.call(api, 'POST', '/api/orders', { body, headers: { 'Idempotency-Key': `order-${index}` } });
  }
  await api.stop();
  client = new pg.Client({ connectionString: world.url });
  await client.connect();
}, 90_000);
afterAll(async () => {
  await client?.end();
  await world.close();
});

it('finds nothing in books that are right', async () => {
  const orders = await world.sql('SELECT status FROM orders ORDER BY order_id');
  expect(orders.map(({ status }) => status)).toEqual(['FILLED', 'NEW', 'FILLED', 'RISK_DENIED']);
  expect(await checkBooks(world.url)).toEqual([]);
  expect(await lastingFindings(world.url, 0)).toEqual([]);
});

const FILLED = `(SELECT order_id FROM orders WHERE status = 'FILLED' ORDER BY order_id LIMIT 1)`;
const LIVE = `(SELECT order_id FROM orders WHERE status = 'NEW')`;

it.each([
  ['a missing posting', `DELETE FROM ledger_posting WHERE line = 2`, / has \d of \d postings/],
  ['a posting that is off', `UPDATE ledger_posting SET amount = amount + 1 WHERE line = 1`, /is off by 1 /],
  [
    'a ledger that was written again',
    `UPDATE ledger_transaction SET occurred_at = occurred_at + interval '1 s' WHERE chain_sequence = 2`,
    /is not what was hashed/,
  ],
  [
    'a ledger that ends early',
    `DELETE FROM ledger_transaction WHERE chain_sequence = 3`,
    /the ledger ends elsewhere than its stream says/,
  ],
  [
    'a doubled fill',
    `INSERT INTO fill SELECT (jsonb_populate_record(f, '{"venue_trade_id":"77","fill_id":"fil_77"}')).* FROM fill f LIMIT 1`,
    /fill 1\/77 never happened at the venue/,
  ],
  ['a lost fill', `DELETE FROM fill WHERE order_id = ${FILLED}`, /lacks fill 1\/1/],
  ['a fill of another size', `UPDATE fill SET lots = lots + 1`, /has another fill 1\/1 than the venue/],
  [
    'a fill that was never booked',
    `UPDATE ledger_transaction SET memo = memo || '{"fillId":"fil_0"}' WHERE chain_sequence = 2`,
    /fill fil_\w+ is booked 0 times/,
  ],
  [
    'an order that is stuck',
    `UPDATE orders SET status = 'PENDING_SUBMIT' WHERE order_id = ${LIVE}`,
    /is stuck in PENDING_SUBMIT/,
  ],
  [
    'an order that waits',
    `UPDATE orders SET needs_attention = true WHERE order_id = ${LIVE}`,
    /needs attention/,
  ],
  [
    'an order that is not at the venue',
    `UPDATE orders SET client_order_id = 'x' WHERE order_id = ${LIVE}`,
    /is NEW and unknown to the venue/,
  ],
  [
    'an order of nobody at the venue',
    `INSERT INTO venue.journal SELECT account_id, seq + 10, session, kind, 'stray', payload FROM venue.journal
     WHERE kind = 'P' LIMIT 1`,
    /the venue has order \d+ \(stray\), which is none of ours/,
  ],
  [
    'a venue that closed an order',
    `INSERT INTO venue.journal SELECT account_id, max(seq) + 1, max(session), 'C', (SELECT client_order_id FROM orders
     WHERE status = 'NEW'), '[0]' FROM venue.journal GROUP BY account_id`,
    /is NEW here and CANCELED at the venue/,
  ],
  ['a second attempt', `UPDATE orders SET attempts = 2 WHERE order_id = ${FILLED}`, /has 1 of 2 attempts/],
  [
    'a leaking reservation',
    `UPDATE orders SET reserved = reserved + 1 WHERE order_id = ${LIVE}`,
    /its rest needs /,
  ],
  [
    'a balance that is off',
    `UPDATE balance SET total = total + 1 WHERE asset = 'BTC'`,
    /BTC shows \d+, the ledger says/,
  ],
  ['a balance below what is locked', `UPDATE balance SET total = 5 WHERE asset = 'USDT'`, /USDT locked of 5/],
  ['a position that is off', `UPDATE position SET realized_pnl = realized_pnl - 1`, /realized_pnl shows/],
  [
    'a strategy that is off',
    `UPDATE strategy_position SET signed_quantity = 1, cost = 0`,
    /the strategies hold/,
  ],
  [
    'a foreign event hash',
    `UPDATE event_log SET hash = repeat('a', 64) WHERE stream_id LIKE 'acc_%' AND stream_seq = 3`,
    /event 3 does not continue the chain/,
  ],
  [
    'an event that was rewritten',
    `UPDATE event_log SET payload = '{}' WHERE stream_id = 'system' AND stream_seq = 1`,
    /system: event 1 does not continue the chain/,
  ],
  [
    'an event that is gone',
    `DELETE FROM event_log WHERE stream_id LIKE 'acc_%' AND stream_seq = 4`,
    /event 4 is missing/,
  ],
  [
    'an order with two keys',
    `INSERT INTO idempotency_key SELECT tenant_id, route, key || '2', account_id, body_hash, resource_id, status, body,
     created_at FROM idempotency_key WHERE route = 'POST /api/orders'`,
    /has two keys/,
  ],
  [
    'an order that came back to life',
    `INSERT INTO event_log SELECT stream_id, 900, type, ('{"version":9,"status":"NEW","orderId":"' || ${FILLED} ||
     '"}')::json, occurred_at, actor, trace_id, hash FROM event_log WHERE type = 'OrderAccepted' LIMIT 1`,
    /was FILLED and became NEW/,
  ],
])('reports %s', async (_, corruption, finding) => {
  await client!.query('BEGIN');
  try {
    const { rowCount } = await client!.query(corruption);
    expect(rowCount).toBeGreaterThan(0);
    expect(await checkBooks(client!)).toContainEqual(expect.stringMatching(finding));
  } finally {
    await client!.query('ROLLBACK');
  }
});
