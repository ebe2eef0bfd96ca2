import { chaosVenueFindings } from './chaos-venue.js';
import type { JournalEntry } from './chaos-venue.js';
import type { AccountBooks, Row } from './read-books.js';

const AT = 1_700_000_000_000;

/** A market order of one fill, as both sides have it. */
function world(): { books: AccountBooks; journal: JournalEntry[] } {
  const order = {
    orderId: 7,
    accountId: 'ann',
    clientOrderId: 'ord_1',
    symbol: 'BTCUSDT',
    side: 'BUY',
    lots: 100,
  };
  const filled = { ...order, status: 'FILLED', filledLots: 100 };
  const fill = { tradeId: 3, ticks: 6_400_000, lots: 100, commission: { asset: 'BTC', units: '100' } };
  const journal: JournalEntry[] = [
    { at: AT, kind: 'setup', what: 'ACCOUNT', spec: { accountId: 'ann', keys: [{ apiKey: 'k' }] } },
    placement(AT + 20, AT + 15),
    event({ kind: 'OrderChanged', order: { ...order, status: 'NEW', filledLots: 0 } }),
    event({ kind: 'Filled', order: filled, fill }),
    event({ kind: 'BalanceChanged', accountId: 'ann', asset: 'BTC', free: '99900', locked: '0' }),
  ];
  const attempt = { order_id: 'ord_1', attempt: 1, decision: 'APPROVED', epoch: '4' };
  const books = {
    accountId: 'acc_1',
    orders: [
      {
        ...{
          order_id: 'ord_1',
          client_order_id: 'ord_1',
          venue_order_id: '7',
          symbol: 'BTC/USDT',
          side: 'BUY',
        },
        ...{ status: 'FILLED', filled_lots: '100', attempts: 1 },
      },
    ],
    fills: [
      {
        ...{
          order_id: 'ord_1',
          venue_order_id: '7',
          venue_trade_id: '3',
          lots: '100',
          price_ticks: '6400000',
        },
        ...{ fee_asset: 'BTC', fee: '1000000000000' },
      },
    ],
    attempts: [{ ...attempt, decided_at: new Date(AT), deadline_at: new Date(AT + 1_500) }],
    balances: [{ asset: 'BTC', total: '999000000000000' }],
  } as unknown as AccountBooks;
  return { books, journal };
}

function placement(at: number, signedAt: number): JournalEntry {
  const body = `symbol=BTCUSDT&newClientOrderId=ord_1&timestamp=${signedAt}`;
  return {
    at,
    kind: 'request',
    method: 'POST',
    path: '/api/v3/order',
    query: '',
    body,
    headers: { 'x-mbx-apikey': 'k' },
  };
}

function event(told: Row): JournalEntry {
  return { at: AT + 30, kind: 'event', product: 'spot', event: told };
}

function findings(change: (world: { books: AccountBooks; journal: JournalEntry[] }) => void): string[] {
  const one = world();
  change(one);
  return [...chaosVenueFindings(one.books, 'ann', one.journal)];
}

it('finds nothing where both sides agree', () => {
  expect(findings(() => undefined)).toEqual([]);
});

const twin = {
  orderId: 8,
  accountId: 'ann',
  symbol: 'BTCUSDT',
  side: 'BUY',
  lots: 100,
  status: 'NEW',
  filledLots: 0,
};

it.each<[string, RegExp, Parameters<typeof findings>[0]]>([
  [
    'an intent that was executed twice',
    /was executed 2 times/,
    ({ journal }) =>
      journal.push(event({ kind: 'OrderChanged', order: { ...twin, clientOrderId: 'ord_1' } })),
  ],
  [
    'an order of nobody',
    /order 8 .* none of ours/,
    ({ journal }) => journal.push(event({ kind: 'OrderChanged', order: { ...twin, clientOrderId: 'x' } })),
  ],
  [
    'an order that the venue never had',
    /is FILLED and unknown to the venue/,
    ({ journal }) => journal.splice(2, 2),
  ],
  ['a fill that was lost', /lacks fill 7\/3/, ({ books }) => books.fills.splice(0)],
  ['a fill with another fee', /has another fill/, ({ books }) => (books.fills[0]!['fee'] = '1')],
  ['another status', /is CANCELED here and FILLED/, ({ books }) => (books.orders[0]!['status'] = 'CANCELED')],
  ['other money', /BTC here/, ({ books }) => (books.balances[0]!['total'] = '1')],
  [
    'a second placement of one attempt',
    /was sent 2 times in 1 attempts/,
    ({ journal }) => journal.push(placement(AT + 60, AT + 55)),
  ],
  [
    'a placement before its approval',
    /before it was approved/,
    ({ books }) => (books.attempts[0]!['decided_at'] = new Date(AT + 900)),
  ],
  [
    'a placement past its deadline',
    /past its deadline/,
    ({ journal }) => (journal[1] = placement(AT + 5_000, AT + 4_990)),
  ],
  [
    'a placement by an owner of before',
    /in epoch 4, after 5 had begun/,
    ({ books, journal }) => {
      books.attempts.push({
        ...books.attempts[0],
        order_id: 'ord_2',
        epoch: '5',
        decided_at: new Date(AT + 10),
      });
      books.attempts[0]!['deadline_at'] = new Date(AT + 9_000);
      journal[1] = placement(AT + 5_000, AT + 4_990);
    },
  ],
])('finds %s', (_, pattern, change) => {
  expect(findings(change)).toContainEqual(expect.stringMatching(pattern));
});

it('finds what was sent under a switch', () => {
  const { books, journal } = world();
  journal[1] = placement(AT + 1_400, AT + 1_390);
  const halts = [{ fromMs: AT + 10, untilMs: AT + 2_000 }];
  expect([...chaosVenueFindings(books, 'ann', journal, halts)]).toEqual([
    'acc_1: ord_1 was sent 1390 ms into a HALT',
  ]);
});

it('knows what the venue’s clock was wrong by', () => {
  const { books, journal } = world();
  const clock = { at: AT - 1_000 + 60_000, kind: 'setup', what: 'CLOCK', offsetMs: 60_000 };
  journal.splice(1, 1, clock, placement(AT + 20 + 60_000, AT + 15 + 60_000));
  books.attempts[0]!['deadline_at'] = new Date(AT + 1_500 + 60_000);
  expect([...chaosVenueFindings(books, 'ann', journal)]).toEqual([]);
  journal[2] = placement(AT - 20 + 60_000, AT - 25 + 60_000);
  expect([...chaosVenueFindings(books, 'ann', journal)]).toEqual([
    'acc_1: ord_1 was sent before it was approved',
  ]);
});

it('knows an amended order by all that the venue has had of it', () => {
  const { books, journal } = world();
  const [order] = books.orders;
  order!['progress'] = {
    revisions: [
      { clientOrderId: 'ord_1', venueOrderId: '7', firstAttempt: 1 },
      { clientOrderId: 'ord_2', venueOrderId: '8', firstAttempt: 2 },
    ],
  };
  Object.assign(order!, { lots: '200', status: 'PARTIALLY_FILLED', venue_order_id: '8', price_ticks: '50' });
  const second = { ...twin, clientOrderId: 'ord_2', ticks: 50 };
  journal.push(event({ kind: 'OrderChanged', order: second }));
  expect([...chaosVenueFindings(books, 'ann', journal)]).toEqual([]);
  journal.splice(-1, 1, event({ kind: 'OrderChanged', order: { ...second, lots: 90, ticks: 51 } }));
  expect([...chaosVenueFindings(books, 'ann', journal)]).toEqual([
    'acc_1: order ord_1 rests for 100 lots here and for 90 there',
    'acc_1: order ord_1 rests at 50 here and at 51 there',
  ]);
});
