import { defineConfig } from './config-entry.js';
import type { EntryValue } from './config-entry.js';

/**
 * Every key there is. Each context adds its keys under its own heading; `docs/reference/config.md` is
 * generated from here. `config/default.yaml` may state a default again, never another one.
 */
export const configSchema = defineConfig({
  // app
  'app.debug': {
    type: 'boolean',
    default: false,
    description:
      'Shows what only a developer wants to see: stack frames in the log, human-readable lines on a terminal.',
  },
  'app.logLevel': {
    type: 'enum',
    default: 'INFO',
    values: ['DEBUG', 'INFO', 'WARN', 'ERROR'],
    dynamic: true,
    description: 'The least severe log line that is written.',
  },
  'app.logFormat': {
    type: 'enum',
    default: 'AUTO',
    values: ['AUTO', 'JSON', 'PRETTY'],
    description:
      'AUTO writes human-readable lines when the output is a terminal and app.debug is on, else JSON.',
  },

  // api: calls of this process to another one, and what others may ask of it
  'api.timeoutMs': {
    type: 'integer',
    default: 30_000,
    min: 100,
    max: 300_000,
    description:
      'How long a command handed to the process that owns the account may take; past it its outcome is unknown.',
  },
  'api.retries': {
    type: 'integer',
    default: 3,
    min: 0,
    max: 20,
    description:
      'How often such a command is handed over again while it is certain that nothing of it was executed.',
  },
  'api.rateLimitPerMinute': {
    type: 'integer',
    default: 1_000,
    min: 1,
    max: 1_000_000,
    dynamic: true,
    description: 'Requests that one principal may make to this API in a minute.',
  },

  // data
  'data.directory': {
    type: 'path',
    default: './data',
    variable: 'SEXTANT_DATA_DIR',
    description: 'Where the embedded database, generated secrets and local safety files live.',
  },

  // database
  'database.url': {
    type: 'url',
    default: null,
    protocols: ['postgres:', 'postgresql:'],
    secret: true,
    variable: 'DATABASE_URL',
    description:
      'The PostgreSQL to use, as its owner. Without it an embedded PostgreSQL runs in the data directory.',
  },
  'database.poolMin': {
    type: 'integer',
    default: 20,
    min: 1,
    max: 500,
    description: 'Connections a process keeps open to a database of its own machine room (DATABASE_URL).',
  },
  'database.poolMax': {
    type: 'integer',
    default: 50,
    min: 1,
    max: 500,
    description: 'Most connections a process opens to a database named by DATABASE_URL.',
  },
  'database.embeddedPoolMin': {
    type: 'integer',
    default: 2,
    min: 1,
    max: 100,
    description: 'Connections a process keeps open to the embedded database.',
  },
  'database.embeddedPoolMax': {
    type: 'integer',
    default: 12,
    min: 2,
    max: 100,
    description: 'Most connections a process opens to the embedded database.',
  },
  'database.embeddedUser': {
    type: 'string',
    default: null,
    variable: 'SEXTANT_POSTGRES_USER',
    description: 'The user that the embedded PostgreSQL runs as when the platform is started by root.',
  },
  'database.acquireTimeoutMs': {
    type: 'integer',
    default: 2_000,
    min: 50,
    max: 60_000,
    description: 'How long a request waits for a free connection before it is answered 503.',
  },
  'database.statementTimeoutMs': {
    type: 'integer',
    default: 5_000,
    min: 50,
    max: 600_000,
    description: 'Longest that one statement may run.',
  },

  // event consumers
  'events.sweepMs': {
    type: 'integer',
    default: 2_000,
    min: 100,
    max: 600_000,
    description: 'How often streams are looked for that changed without a notification.',
  },
  'events.maxAttempts': {
    type: 'integer',
    default: 10,
    min: 1,
    max: 1_000,
    description: 'Attempts at an event after which its stream is parked for that consumer, with an alert.',
  },
  'events.firstPauseMs': {
    type: 'integer',
    default: 200,
    min: 1,
    max: 60_000,
    description: 'Pause after the first failed attempt; doubles with each further one.',
  },

  // exchange: connections and the vault of their keys
  'exchange.vault.key': {
    type: 'secret',
    default: null,
    secret: true,
    minLength: 32,
    variable: 'SEXTANT_VAULT_KEY',
    description:
      'Master key of the vault of venue credentials; several, comma separated, while one replaces another: the first is ' +
      'the newest. The same for all processes.',
  },
  'exchange.vault.keyFile': {
    type: 'string',
    default: null,
    variable: 'SEXTANT_VAULT_KEY_FILE',
    description:
      'File of master keys, one a line, the newest first, readable by its owner only; `sextant vault rotate` adds to it. ' +
      'Without it and exchange.vault.key one is made in <data>/secrets, where no other process shares the database.',
  },
  'exchange.allowCustomEndpoints': {
    type: 'boolean',
    default: false,
    description:
      'Lets a connection name its own base address, to rehearse against a venue of your own. Refused in production.',
  },
  'exchange.permissionCheckHours': {
    type: 'integer',
    default: 24,
    min: 1,
    max: 24,
    description:
      'How often each key is asked after at its venue; one that may withdraw since then is quarantined.',
  },
  'exchange.credentialDrainSeconds': {
    type: 'integer',
    default: 120,
    min: 5,
    max: 86_400,
    description:
      'How long a replaced key is kept for requests in flight before it is destroyed in the vault.',
  },
  'exchange.binance.apiKey': {
    type: 'secret',
    default: null,
    secret: true,
    minLength: 16,
    variable: 'BINANCE_API_KEY',
    description:
      'A Binance key that a start takes into the vault, once; with its secret. Then both can be unset.',
  },
  'exchange.binance.apiSecret': {
    type: 'secret',
    default: null,
    secret: true,
    minLength: 16,
    variable: 'BINANCE_API_SECRET',
    description: 'The secret of exchange.binance.apiKey.',
  },

  // exchange: everything around a call to a venue
  'exchange.timeoutMs': {
    type: 'integer',
    default: 30_000,
    min: 100,
    max: 300_000,
    description:
      'From the look for a connection to the last byte of the answer, where the caller states no other time.',
  },
  'exchange.headersTimeoutMs': {
    type: 'integer',
    default: 10_000,
    min: 100,
    max: 300_000,
    description: 'How long a venue may take to begin its answer.',
  },
  'exchange.connectTimeoutMs': {
    type: 'integer',
    default: 5_000,
    min: 100,
    max: 60_000,
    description: 'How long connecting to a venue may take, TLS included.',
  },
  'exchange.queueLength': {
    type: 'integer',
    default: 1_000,
    min: 1,
    max: 100_000,
    description: 'Calls to one venue that may wait for budget or a connection; one more is refused.',
  },
  'exchange.queueWaitMs': {
    type: 'integer',
    default: 10_000,
    min: 0,
    max: 600_000,
    description: 'How long a call waits for budget or a connection, where the caller states no other time.',
  },
  'exchange.largestBody': {
    type: 'integer',
    default: 5_000_000,
    min: 1_000,
    max: 100_000_000,
    description: 'Bytes of an answer that are read, compressed or not; a larger one counts as no answer.',
  },
  'exchange.dnsCacheMs': {
    type: 'integer',
    default: 300_000,
    min: 0,
    max: 86_400_000,
    description: 'How long the address of a venue is remembered.',
  },
  'exchange.clockIntervalMs': {
    type: 'integer',
    default: 30_000,
    min: 1_000,
    max: 3_600_000,
    description: 'How often a venue is asked for its time; more often while its clock is not known.',
  },
  'exchange.haltRefreshMs': {
    type: 'integer',
    default: 5_000,
    min: 500,
    max: 600_000,
    description:
      'How often the stored halts are read, so that a ban that another process met, or a person lifted, is known.',
  },
  'exchange.proxyUrl': {
    type: 'url',
    default: null,
    protocols: ['http:', 'https:'],
    secret: true,
    description:
      'A proxy through which venues are called. Proxies that the environment names are never used.',
  },
  'exchange.pool.total': {
    type: 'integer',
    default: 100,
    min: 1,
    max: 10_000,
    description: 'Calls of this process to all venues that may be under way at once.',
  },
  'exchange.pool.perHost': {
    type: 'integer',
    default: 10,
    min: 1,
    max: 1_000,
    description: 'Connections to one host.',
  },
  'exchange.pool.keepAliveMs': {
    type: 'integer',
    default: 30_000,
    min: 1_000,
    max: 600_000,
    description: 'How long an idle connection is kept, unless the venue says less.',
  },
  'exchange.breaker.failures': {
    type: 'integer',
    default: 5,
    min: 1,
    max: 1_000,
    description: 'Failures in a row after which a class of calls to a venue is stopped.',
  },
  'exchange.breaker.halfOpenMs': {
    type: 'integer',
    default: 60_000,
    min: 100,
    max: 3_600_000,
    description: 'After how long one call of a stopped class is let through to try the venue.',
  },
  'exchange.breaker.urgentHalfOpenMs': {
    type: 'integer',
    default: 5_000,
    min: 100,
    max: 3_600_000,
    description:
      'The same for cancels, protective orders, queries about orders, and public data, which live prices wait for.',
  },
  'exchange.retry.network': {
    type: 'integer',
    default: 2,
    min: 0,
    max: 10,
    description: 'How often a read is repeated after a failure of the network.',
  },
  'exchange.retry.busy': {
    type: 'integer',
    default: 2,
    min: 0,
    max: 10,
    description: 'How often a read is repeated after a 5xx.',
  },
  'exchange.retry.rateLimit': {
    type: 'integer',
    default: 1,
    min: 0,
    max: 10,
    description: 'How often a read is repeated after a 429, once the venue allows it again.',
  },
  'exchange.retry.auth': {
    type: 'integer',
    default: 0,
    min: 0,
    max: 10,
    description: 'How often a read is repeated after a 401.',
  },
  'exchange.retry.firstPauseMs': {
    type: 'integer',
    default: 200,
    min: 1,
    max: 60_000,
    description:
      'Longest pause before the first repetition; doubles with each further one, and chance picks between it and 0.',
  },
  'exchange.retry.longestPauseMs': {
    type: 'integer',
    default: 5_000,
    min: 1,
    max: 600_000,
    description: 'Longest pause before any repetition.',
  },
  'exchange.endpoint.failures': {
    type: 'integer',
    default: 3,
    min: 1,
    max: 1_000,
    description: 'Failures in a row after which other endpoints of the venue are used.',
  },
  'exchange.endpoint.retryMs': {
    type: 'integer',
    default: 10_000,
    min: 100,
    max: 3_600_000,
    description: 'After how long a read tries an endpoint that was left.',
  },
  'exchange.budget.globalPerMinute': {
    type: 'integer',
    default: 100,
    min: 1,
    max: 10_000_000,
    description: 'Request weight of one key in a minute, at a venue whose adapter states no limits.',
  },
  'exchange.budget.tradingPerMinute': {
    type: 'integer',
    default: 30,
    min: 1,
    max: 10_000_000,
    description: 'Of that, orders and cancels.',
  },
  'exchange.budget.accountPerMinute': {
    type: 'integer',
    default: 20,
    min: 1,
    max: 10_000_000,
    description: 'Of that, queries about the account.',
  },
  'exchange.budget.marketDataPerMinute': {
    type: 'integer',
    default: 200,
    min: 1,
    max: 10_000_000,
    description: 'Weight of public market data in a minute, at such a venue.',
  },
  'exchange.budget.reserve': {
    type: 'decimal',
    default: '0.2',
    min: '0',
    max: '0.4',
    description:
      'Share of each limit that entries leave to cancels and protective orders; queries about orders leave half of ' +
      'it, everything else twice as much.',
  },
  'exchange.budget.pauseAllowance': {
    type: 'integer',
    default: 5,
    min: 0,
    max: 1_000,
    description: 'Cancels and protective orders that may still be sent while a venue has told us to wait.',
  },
  'exchange.cache.freshMs': {
    type: 'integer',
    default: 1_000,
    min: 0,
    max: 60_000,
    description: "How old a venue's answer about public data may be that is given without asking again.",
  },
  'exchange.cache.staleMs': {
    type: 'integer',
    default: 60_000,
    min: 0,
    max: 3_600_000,
    description: 'How old one may be that is given, marked stale, while the venue cannot be asked.',
  },

  // execution
  'execution.attemptWindowMs': {
    type: 'integer',
    default: 5_000,
    min: 100,
    max: 60_000,
    description: 'How long after its approval an attempt to place an order may still be sent.',
  },
  'execution.maxAttempts': {
    type: 'integer',
    default: 3,
    min: 1,
    max: 20,
    description: 'How often one intent may be sent; again only after proof that the venue never had it.',
  },
  'execution.resendTtlMs': {
    type: 'integer',
    default: 30_000,
    min: 0,
    max: 3_600_000,
    description: 'Age up to which a resting limit order that the venue never had is sent again.',
  },
  'execution.reconcileIntervalMs': {
    type: 'integer',
    default: 60_000,
    min: 1_000,
    max: 3_600_000,
    description: 'How often orders, fills and balances of each account are compared with its venue.',
  },
  'execution.tradeCheckIntervalMs': {
    type: 'integer',
    default: 900_000,
    min: 10_000,
    max: 86_400_000,
    description:
      'How often the trades of the last day are compared with the venue one by one while balances agree; when they do not, ' +
      'it is done at once. It costs a request a market where a venue lists trades by market.',
  },
  'execution.liveTrading': {
    type: 'boolean',
    default: false,
    dynamic: true,
    description:
      'Lets LIVE accounts place orders. Off, they are read, reconciled and cancelled on, and open nothing: that money may ' +
      'move is a decision that somebody takes once, on purpose, for an installation.',
  },
  'execution.waitMs': {
    type: 'integer',
    default: 3_000,
    min: 0,
    max: 60_000,
    dynamic: true,
    description: "How long placing an order waits for the venue's verdict when the client does not say.",
  },

  // http
  'http.host': {
    type: 'string',
    default: '127.0.0.1',
    variable: 'HOST',
    description: 'Address to listen on. Anything but loopback also needs http.allowNonLoopback.',
  },
  'http.port': {
    type: 'integer',
    default: 3000,
    min: 0,
    max: 65_535,
    variable: 'PORT',
    description: 'Port of the API; 0 lets the system choose.',
  },
  'http.allowNonLoopback': {
    type: 'boolean',
    default: false,
    description:
      'Allows an address that others can reach. Set it where a proxy ends TLS, or inside a container.',
  },
  'http.swagger': {
    type: 'boolean',
    default: true,
    description: 'Serves Swagger UI at /docs and the OpenAPI document at /openapi.json without a sign-in.',
  },

  'http.ordersPerMinute': {
    type: 'integer',
    default: 6_000,
    min: 1,
    max: 100_000_000,
    dynamic: true,
    description:
      'Orders that one principal may place, preview or amend in a minute; apart from its other requests.',
  },
  'http.cancelsPerMinute': {
    type: 'integer',
    default: 6_000,
    min: 1,
    max: 100_000_000,
    dynamic: true,
    description: 'Cancels that one principal may ask for in a minute; never used up by orders.',
  },
  'http.addressPerMinute': {
    type: 'integer',
    default: 12_000,
    min: 1,
    max: 100_000_000,
    dynamic: true,
    description: 'Requests of all kinds from one network address in a minute.',
  },
  'http.loginsPerMinute': {
    type: 'integer',
    default: 20,
    min: 1,
    max: 1_000_000,
    dynamic: true,
    description:
      'Sign-ins and token renewals from one network address in a minute, and failed credentials too.',
  },
  'http.maxSocketsPerAddress': {
    type: 'integer',
    default: 512,
    min: 1,
    max: 1_000_000,
    description: 'Open connections from one network address; one more is closed at once.',
  },
  'http.trustedProxies': {
    type: 'list',
    default: [],
    description: 'Addresses or networks of proxies whose X-Forwarded-For is believed. Empty: none is.',
  },
  'http.corsOrigins': {
    type: 'list',
    default: [],
    description: 'Origins of web pages that may call the API from a browser, exactly as browsers send them.',
  },

  // identity
  'auth.jwtKey': {
    type: 'secret',
    default: null,
    secret: true,
    minLength: 32,
    generated: true,
    description: 'Signs access tokens. The same for all processes.',
  },

  'auth.credentialKey': {
    type: 'secret',
    default: null,
    secret: true,
    minLength: 32,
    generated: true,
    description:
      'Keys the hashes of API keys and refresh tokens and derives the signing secrets of API keys. The same for all ' +
      'processes; another one makes every credential invalid.',
  },
  'auth.accessTokenMinutes': {
    type: 'integer',
    default: 10,
    min: 1,
    max: 10,
    description: 'How long an access token is valid.',
  },
  'auth.sessionIdleDays': {
    type: 'integer',
    default: 14,
    min: 1,
    max: 90,
    description: 'A session that was not renewed for so long has ended.',
  },
  'auth.sessionDays': {
    type: 'integer',
    default: 90,
    min: 1,
    max: 365,
    description: 'A session ends after so long, however often it was renewed.',
  },
  'auth.passwordConcurrency': {
    type: 'integer',
    default: 1,
    min: 1,
    max: 16,
    description:
      'Passwords hashed at a time (19 MiB and a thread each); more wait, and too many are answered 503.',
  },
  'auth.adminEmail': {
    type: 'string',
    default: 'admin@sextant.local',
    description: 'E-mail of the first administrator, who is made when the database is new.',
  },

  // internal
  'internal.forwardingSecret': {
    type: 'secret',
    default: null,
    secret: true,
    minLength: 32,
    generated: true,
    description: 'Authenticates commands that one process forwards to another. The same for all processes.',
  },
  'internal.host': {
    type: 'string',
    default: '127.0.0.1',
    description: 'Address on which a process takes commands that others forward to it.',
  },
  'internal.port': {
    type: 'integer',
    default: 0,
    min: 0,
    max: 65_535,
    description: 'Port for forwarded commands; 0 takes a free one and tells the others.',
  },
  'internal.advertisedHost': {
    type: 'string',
    default: null,
    description: 'What other processes dial to reach this one, when it is not internal.host.',
  },

  // jobs
  'jobs.concurrency': {
    type: 'integer',
    default: 2,
    min: 0,
    max: 64,
    description:
      'How many jobs of one kind this process works on at a time at most; 0: none, they are left to other processes.',
  },
  'jobs.keepDays': {
    type: 'integer',
    default: 30,
    min: 1,
    max: 3_650,
    description: 'How long jobs that have ended are kept.',
  },

  // lifecycle
  'lifecycle.drainMs': {
    type: 'integer',
    default: 10_000,
    min: 0,
    max: 120_000,
    description: 'How long a component may take to finish what it began when the process is told to stop.',
  },
  'lifecycle.startTimeoutMs': {
    type: 'integer',
    default: 120_000,
    min: 1_000,
    max: 3_600_000,
    description: 'How long a component may take to start before the start is given up.',
  },
  'lifecycle.healthIntervalMs': {
    type: 'integer',
    default: 5_000,
    min: 100,
    max: 600_000,
    description: 'How often every component is asked for its health.',
  },
  'lifecycle.stallMs': {
    type: 'integer',
    default: 2_000,
    min: 100,
    max: 60_000,
    description: 'An event loop that stood still for so long makes the process not ready.',
  },

  // market data
  'marketData.maxAgeMs': {
    type: 'integer',
    default: 5_000,
    min: 100,
    max: 3_600_000,
    dynamic: true,
    description: 'A price older than this is stale: it is marked so, and nothing trades on it.',
  },
  'marketData.priceBand': {
    type: 'decimal',
    default: '0.3',
    min: '0.001',
    max: '100',
    dynamic: true,
    description:
      'Largest step between two prices of a market, as a fraction: one further away is not traded on until it has stood ' +
      'for 30 s.',
  },
  'marketData.maxMarkets': {
    type: 'integer',
    default: 200,
    min: 1,
    max: 10_000,
    dynamic: true,
    description: 'Markets of one venue that a process follows at a time.',
  },
  'marketData.candles.secondsDays': {
    type: 'integer',
    default: 2,
    min: 0,
    max: 36_500,
    dynamic: true,
    description:
      'Days that candles of a second are kept which were built here from trades; 0 keeps them for ever.',
  },
  'marketData.candles.minutesDays': {
    type: 'integer',
    default: 0,
    min: 0,
    max: 36_500,
    dynamic: true,
    description: 'The same for candles of a minute, of which all longer ones are made.',
  },
  'marketData.replay.enabled': {
    type: 'boolean',
    default: true,
    description:
      'Replays the shipped recording of a real market, so that a paper account has something to trade on.',
  },
  'marketData.replay.speed': {
    type: 'decimal',
    default: '1',
    min: '0.01',
    max: '1000',
    dynamic: true,
    description: 'Pace of the replayed recording; 1 is the pace at which it was received.',
  },

  // ownership of accounts
  'ownership.beatMs': {
    type: 'integer',
    default: 1_000,
    min: 50,
    max: 60_000,
    description: 'Interval of the heartbeat by which a process keeps its accounts.',
  },
  'ownership.leaseMs': {
    type: 'integer',
    default: 4_000,
    min: 200,
    max: 600_000,
    description: 'A process that was silent for so long has lost its accounts; others take them over.',
  },

  // paper trading
  'paper.source': {
    type: 'string',
    default: 'REPLAY',
    pattern: { matches: /^[A-Z0-9_]{1,40}$/, says: 'REPLAY or the name of a venue, such as BINANCE' },
    description:
      "What paper accounts trade on: the shipped recording (REPLAY), or a venue's live spot markets with its instruments. " +
      'While that venue is out of reach the paper markets are closed.',
  },
  'paper.endpoint': {
    type: 'url',
    default: null,
    protocols: ['http:', 'https:'],
    description:
      'Base address of that venue in place of its own, to rehearse; only with exchange.allowCustomEndpoints.',
  },

  // portfolio
  'portfolio.checkTime': {
    type: 'string',
    default: '03:30',
    pattern: { matches: /^([01]\d|2[0-3]):[0-5]\d$/, says: 'a time of day such as 03:30, UTC' },
    dynamic: true,
    description:
      'Time of day, UTC, at which balances and positions are compared with the fold of the ledger, each account where it is owned.',
  },
  'portfolio.equityInterval': {
    type: 'enum',
    default: '15m',
    values: ['1m', '5m', '15m', '30m', '1h'],
    description:
      'How often the equity of each account is written down, besides 00:00 UTC and every flow. Each point is an event.',
  },
  'portfolio.equityAssets': {
    type: 'list',
    default: ['USDT', 'BTC'],
    description:
      'Assets in which the equity history can be told, besides the reporting assets of a tenant. At each venue the markets that lead there are followed.',
  },
  'portfolio.equityFineDays': {
    type: 'integer',
    default: 30,
    min: 1,
    max: 36_500,
    description:
      'Age in days past which only the equity points at full hours, at 00:00 UTC and of flows are kept.',
  },
  'portfolio.equityHourlyDays': {
    type: 'integer',
    default: 400,
    min: 1,
    max: 36_500,
    description: 'Age in days past which only the equity points at 00:00 UTC and of flows are kept.',
  },
  // how the ledger is compared with what venues say
  'portfolio.tolerance': {
    type: 'decimal',
    default: '0.0000000001',
    min: '0',
    max: '1000000',
    description:
      'How much a balance may be off before a person has to look, in the asset itself: what is taken over within 24 hours ' +
      'counts together.',
  },
  'portfolio.tolerances': {
    type: 'list',
    default: [],
    description: 'The same of single assets, as in BTC=0.00000001.',
  },

  // redis
  'redis.url': {
    type: 'url',
    default: null,
    protocols: ['redis:', 'rediss:'],
    secret: true,
    variable: 'REDIS_URL',
    description:
      'A Redis server that the processes share: rate limits then count for all of them together. Never needed: while it ' +
      'is down or slow, each process counts for itself. redis://[user:password@]host[:port][/database], or rediss:// ' +
      'for TLS; sentinels and clusters are not supported.',
  },
  'redis.budgetMs': {
    type: 'integer',
    default: 50,
    min: 1,
    max: 1_000,
    description: 'How long a command may take; past it the process goes on without Redis.',
  },
  'redis.keyPrefix': {
    type: 'string',
    default: 'sextant:',
    pattern: { matches: /^[\w.:-]{1,64}$/, says: '1 to 64 letters, digits or . : _ -' },
    description: 'Begins every key; another one for each installation that shares a Redis database.',
  },

  // risk: the limits of an account that has none of its own
  'risk.maxOrderNotional': {
    type: 'decimal',
    default: '100000',
    min: '0',
    max: '1000000000000',
    dynamic: true,
    description: 'Largest value of one order, in the quote asset of its market.',
  },
  'risk.maxPositionNotional': {
    type: 'decimal',
    default: '500000',
    min: '0',
    max: '1000000000000',
    dynamic: true,
    description:
      'Largest value of one position with all its live orders filled, in the quote asset of its market.',
  },
  'risk.priceCollar': {
    type: 'decimal',
    default: '0.05',
    min: '0',
    max: '1',
    dynamic: true,
    description: 'How far a limit price may cross the mark, as a fraction of it.',
  },
  'risk.maxOrdersPerSecond': {
    type: 'integer',
    default: 200,
    min: 1,
    max: 1_000_000,
    dynamic: true,
    description: 'Orders that one account may send in a second.',
  },
  'risk.marketBuffer': {
    type: 'decimal',
    default: '0.02',
    min: '0',
    max: '1',
    dynamic: true,
    description: 'How much more than the best ask a market buy sets aside, as a fraction of it.',
  },

  // telemetry
  'telemetry.otlpEndpoint': {
    type: 'url',
    default: null,
    protocols: ['http:', 'https:'],
    description:
      'Where traces go (OTLP over HTTP). Without it tracing is off and its libraries are not loaded.',
  },
  'telemetry.traceRatio': {
    type: 'decimal',
    default: '0.01',
    min: '0',
    max: '1',
    dynamic: true,
    description: 'Share of requests that are traced, decided before anything is allocated.',
  },
  'telemetry.maxSeriesPerMetric': {
    type: 'integer',
    default: 1_000,
    min: 10,
    max: 100_000,
    description: 'Label combinations one metric may have; what comes later counts under "other".',
  },
  'telemetry.port': {
    type: 'integer',
    default: null,
    min: 0,
    max: 65_535,
    description:
      'A second port for /metrics, /health/live and /health/ready without a sign-in, for a private network.',
  },
  'telemetry.host': {
    type: 'string',
    default: '127.0.0.1',
    description: 'Address of that second port. Anything but loopback also needs http.allowNonLoopback.',
  },

  // worker
  'worker.threads': {
    type: 'integer',
    default: 4,
    min: 1,
    max: 64,
    description:
      'Threads of the one pool that computes beside the main thread: password hashes, signatures, files.',
  },
});

export type ConfigKey = keyof typeof configSchema;

export type ConfigValue<K extends ConfigKey> = EntryValue<(typeof configSchema)[K]>;
