import type { World } from './callers.js';

/** Who gets past the guard of a route: everybody, or the named callers of `callers.ts`. */
const EVERYBODY = 'EVERYBODY';
const READERS = [
  ...['viewer', 'viewer key', 'trader', 'trader read key', 'trader key'],
  ...['admin', 'admin read key', 'admin key'],
];
const TRADERS = ['trader', 'trader key', 'admin', 'admin key'];
const PEOPLE_AND_ADMIN_KEY = ['viewer', 'trader', 'admin', 'admin key'];
const ADMINS = ['admin', 'admin key'];
const ADMIN_ROLE = ['admin', 'admin read key', 'admin key'];

export interface MatrixRow {
  may: string[] | typeof EVERYBODY;
  /** The same call on something that is another tenant's or user's: 404 for these callers, who may call the route. */
  foreign?: (world: World) => { pathname: string; callers: string[]; body?: unknown }[];
}

const foreignUser = (world: World) => [
  { pathname: `/api/users/${world.neighbour.principal.userId}`, callers: ADMINS, body: { role: 'viewer' } },
];

const foreignKey = (suffix: string) => (world: World) => [
  {
    pathname: `/api/api-keys/${world.neighbour.principal.keyId}${suffix}`,
    callers: PEOPLE_AND_ADMIN_KEY,
    body: {},
  },
  {
    pathname: `/api/api-keys/${world.callers['viewer key']!.principal.keyId}${suffix}`,
    callers: ['trader'],
    body: {},
  },
];

const foreignOrder =
  (suffix = '', callers = READERS) =>
  (world: World) => [{ pathname: `/api/orders/${world.foreignOrderId}${suffix}`, callers, body: {} }];

const foreignExecution =
  (suffix = '', callers = READERS) =>
  (world: World) => [{ pathname: `/api/executions/${world.foreignExecutionId}${suffix}`, callers, body: {} }];

const foreignJob =
  (suffix = '', callers = READERS) =>
  (world: World) => [{ pathname: `/api/jobs/${world.foreignJobId}${suffix}`, callers, body: {} }];

const foreignGroup =
  (callers = READERS) =>
  (world: World) => [{ pathname: `/api/order-groups/${world.foreignGroupId}`, callers, body: {} }];

const foreignWallet = (suffix: string) => (world: World) => [
  {
    pathname: `/api/portfolio/wallets/${world.foreignWalletId}${suffix}`,
    callers: TRADERS,
    body: { holdings: [] },
  },
];

const foreignConnection =
  (suffix = '', callers = READERS) =>
  (world: World) => [
    {
      pathname: `/api/exchange-connections/${world.foreignConnectionId}${suffix}`,
      callers,
      body: suffix === '/rotate-credentials' ? { credential: { apiKey: 'x', secret: 'y' } } : {},
    },
  ];

/** One row for every route. A route without a row, and a row without a route, fail the test. */
export const accessMatrix: Record<string, MatrixRow> = {
  'POST /api/auth/login': { may: EVERYBODY },
  'POST /api/auth/refresh': { may: EVERYBODY },
  'POST /api/auth/logout': { may: EVERYBODY },
  'POST /api/users': { may: ADMINS },
  'GET /api/users': { may: ADMINS },
  'GET /api/users/me': { may: READERS },
  'GET /api/users/{id}': { may: ADMINS, foreign: foreignUser },
  'PATCH /api/users/{id}': { may: PEOPLE_AND_ADMIN_KEY, foreign: foreignUser },
  'POST /api/api-keys': { may: PEOPLE_AND_ADMIN_KEY },
  'GET /api/api-keys': { may: PEOPLE_AND_ADMIN_KEY },
  'POST /api/api-keys/{id}/rotate': { may: PEOPLE_AND_ADMIN_KEY, foreign: foreignKey('/rotate') },
  'DELETE /api/api-keys/{id}': { may: PEOPLE_AND_ADMIN_KEY, foreign: foreignKey('') },
  'GET /api/risk/limits': { may: READERS },
  'PUT /api/risk/limits': { may: ADMINS },
  'GET /api/risk/kill-switch': { may: READERS },
  'POST /api/risk/kill-switch': { may: TRADERS },
  'DELETE /api/risk/kill-switch': { may: ADMINS },
  'GET /api/accounts': { may: READERS },
  'POST /api/accounts': { may: TRADERS },
  'GET /api/accounts/{id}': { may: READERS },
  'GET /api/accounts/{id}/ledger/entries': { may: READERS },
  'GET /api/accounts/{id}/ledger/trial-balance': { may: READERS },
  'GET /api/accounts/{id}/ledger/proof': { may: READERS },
  'GET /api/accounts/{id}/ledger/export': { may: READERS },
  'GET /api/accounts/{id}/tax-lots': { may: READERS },
  'PUT /api/accounts/{id}/leverage': { may: TRADERS },
  'PUT /api/accounts/{id}/margin-mode': { may: TRADERS },
  'PUT /api/accounts/{id}/position-mode': { may: TRADERS },
  'GET /api/exchanges': { may: READERS },
  'GET /api/exchanges/{name}/capabilities': { may: READERS },
  'POST /api/exchange-connections': { may: ADMINS },
  'GET /api/exchange-connections': { may: READERS },
  'GET /api/exchange-connections/{id}': { may: READERS, foreign: foreignConnection() },
  'POST /api/exchange-connections/{id}/validate': {
    may: TRADERS,
    foreign: foreignConnection('/validate', TRADERS),
  },
  'POST /api/exchange-connections/{id}/rotate-credentials': {
    may: ADMINS,
    foreign: foreignConnection('/rotate-credentials', ADMINS),
  },
  'POST /api/exchange-connections/{id}/connect': {
    may: ADMINS,
    foreign: foreignConnection('/connect', ADMINS),
  },
  'POST /api/exchange-connections/{id}/disconnect': {
    may: TRADERS,
    foreign: foreignConnection('/disconnect', TRADERS),
  },
  'GET /api/market-data/candles': { may: READERS },
  'GET /api/market-data/gaps': { may: READERS },
  'GET /api/market-data/symbols': { may: READERS },
  'GET /api/market-data/tickers': { may: READERS },
  'GET /api/market-data/order-book': { may: READERS },
  'GET /api/market-data/trades': { may: READERS },
  'GET /api/market-data/streams': { may: READERS },
  'GET /api/portfolio': { may: READERS },
  'GET /api/portfolio/balances': { may: READERS },
  'GET /api/portfolio/positions': { may: READERS },
  'GET /api/portfolio/positions/{symbol}': { may: READERS },
  'GET /api/portfolio/equity': { may: READERS },
  'GET /api/portfolio/wallets': { may: READERS },
  'POST /api/portfolio/wallets': { may: TRADERS },
  'PUT /api/portfolio/wallets/{id}/holdings': { may: TRADERS, foreign: foreignWallet('/holdings') },
  'DELETE /api/portfolio/wallets/{id}': { may: TRADERS, foreign: foreignWallet('') },
  'GET /api/portfolio/pnl': { may: READERS },
  'GET /api/portfolio/performance': { may: READERS },
  'GET /api/portfolio/transactions': { may: READERS },
  'POST /api/portfolio/sync': { may: TRADERS },
  'GET /api/orders': { may: READERS },
  'POST /api/orders': { may: TRADERS },
  'POST /api/orders/preview': { may: READERS },
  'POST /api/orders/cancel-all': { may: TRADERS },
  'GET /api/orders/cancel-all-after': { may: READERS },
  'POST /api/orders/cancel-all-after': { may: TRADERS },
  'POST /api/positions/close': { may: TRADERS },
  'GET /api/order-groups': { may: READERS },
  'POST /api/order-groups': { may: TRADERS },
  'GET /api/order-groups/{id}': { may: READERS, foreign: foreignGroup() },
  'DELETE /api/order-groups/{id}': { may: TRADERS, foreign: foreignGroup(TRADERS) },
  'GET /api/orders/by-client-id/{accountId}/{clientOrderId}': { may: READERS },
  'GET /api/orders/{id}': { may: READERS, foreign: foreignOrder() },
  'GET /api/reconciliations': { may: READERS },
  'POST /api/reconciliations': { may: TRADERS },
  'POST /api/orders/batch': { may: TRADERS },
  'POST /api/orders/{id}/resolve': {
    may: TRADERS,
    foreign: (world) => [
      {
        pathname: `/api/orders/${world.foreignOrderId}/resolve`,
        callers: TRADERS,
        body: { outcome: 'NOT_ACCEPTED', note: 'looked' },
      },
    ],
  },
  'PATCH /api/orders/{id}': { may: TRADERS, foreign: foreignOrder('', TRADERS) },
  'DELETE /api/orders/{id}': { may: TRADERS, foreign: foreignOrder('', TRADERS) },
  'GET /api/orders/{id}/fills': { may: READERS, foreign: foreignOrder('/fills') },
  'GET /api/orders/{id}/explanation': { may: READERS, foreign: foreignOrder('/explanation') },
  'GET /api/orders/{id}/audit': { may: READERS, foreign: foreignOrder('/audit') },
  'GET /api/jobs': { may: READERS },
  'GET /api/jobs/{id}': { may: READERS, foreign: foreignJob() },
  'POST /api/jobs/{id}/cancel': { may: TRADERS, foreign: foreignJob('/cancel', TRADERS) },
  'GET /api/executions': { may: READERS },
  'POST /api/executions': { may: TRADERS },
  'POST /api/executions/preview': { may: READERS },
  'GET /api/executions/{id}': { may: READERS, foreign: foreignExecution() },
  'POST /api/executions/{id}/pause': { may: TRADERS, foreign: foreignExecution('/pause', TRADERS) },
  'POST /api/executions/{id}/resume': { may: TRADERS, foreign: foreignExecution('/resume', TRADERS) },
  'POST /api/executions/{id}/cancel': { may: TRADERS, foreign: foreignExecution('/cancel', TRADERS) },
  'GET /api/fills': { may: READERS },
  'GET /api/trades': { may: READERS },
  'GET /api/events': { may: ADMIN_ROLE },
  'GET /api/system/capabilities': { may: READERS },
  'GET /api/system/config': { may: ADMINS },
  'PATCH /api/system/config': { may: ADMINS },
  'GET /api/system/health': { may: READERS },
  'GET /health/live': { may: EVERYBODY },
  'GET /health/ready': { may: EVERYBODY },
  'GET /metrics': { may: ADMIN_ROLE },
};

/** Routes that name what belongs to no tenant: a market, a venue. */
export const NO_OWNER: ReadonlySet<string> = new Set([
  'GET /api/exchanges/{name}/capabilities',
  'GET /api/portfolio/positions/{symbol}',
]);
