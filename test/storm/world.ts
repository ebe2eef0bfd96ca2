import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { CuttingProxy } from '../processes/cutting-proxy.js';
import { NoAnswer, SextantProcess } from '../support/sextant-process.js';
import type { Answer, RequestOptions } from '../support/sextant-process.js';
import type { Ground } from './ground.js';
import { History } from './history.js';
import type { Schedule } from './plan.js';
import { patient, VARIABLES } from './settings.js';
import { VenueProcess } from './venue-process.js';
import type { VenueKey } from './venue-process.js';

/** What must appear nowhere but encrypted: the secrets of this schedule begin with it. */
export const CANARY = 'canary';

export interface StormAccount {
  accountId: string;
  kind: 'LIVE' | 'PAPER';
  /** Its name at the venue, and its connection. */
  venueAccount: string | null;
  connectionId: string | null;
}

/** The processes, proxies and books of one schedule. */
export class StormWorld {
  readonly accounts: StormAccount[] = [];
  /** By place; null where it is down. */
  readonly apps: (SextantProcess | null)[] = [];
  /** Promises that were seen to be broken on the way. */
  readonly broken: string[] = [];
  /** When an account was under HALT in every process, as its clients know it. */
  readonly halts: { accountId: string; fromMs: number; untilMs: number }[] = [];
  /** What was spawned last, ready or not. */
  starting: ChildProcess | null = null;
  /** Everything that any process printed. */
  printed = '';
  apiKey: string;

  private constructor(
    readonly schedule: Schedule,
    readonly ground: Ground,
    readonly folder: string,
    readonly database: { name: string; url: string; home: string },
    readonly venue: VenueProcess,
    readonly keys: VenueKey[],
    readonly toDatabase: CuttingProxy,
    readonly toVenue: CuttingProxy,
    readonly history: History,
  ) {
    this.apiKey = ground.apiKey;
  }

  static async open(schedule: Schedule, ground: Ground): Promise<StormWorld> {
    const migrates = schedule.kills.some(({ step }) => step === 'K15');
    const database = await ground.database(migrates ? 'EMPTY' : 'TEMPLATE');
    const keys = Array.from({ length: schedule.liveAccounts }, (_, n) => ({
      accountId: `trader${n}`,
      apiKey: `${CANARY}key${schedule.seed}x${n}a`.padEnd(40, 'k'),
      secret: `${CANARY}secret${schedule.seed}x${n}`.padEnd(40, 's'),
    }));
    const venue = await VenueProcess.start(database.home, schedule.seed, keys);
    const toDatabase = new CuttingProxy(new URL(database.url), () => ground.port);
    const toVenue = new CuttingProxy(new URL(venue.url));
    await Promise.all([toDatabase.listen(), toVenue.listen()]);
    const history = new History(path.join(database.home, 'history.jsonl'));
    const { home } = database;
    return new StormWorld(schedule, ground, home, database, venue, keys, toDatabase, toVenue, history);
  }

  /** Starts a place again, by way of the proxies. Waits until it is ready. `onStopped`: it has stopped itself. */
  async start(
    place: number,
    variables: Record<string, string> = {},
    onStopped: (child: ChildProcess) => void = () => undefined,
  ): Promise<SextantProcess> {
    const app = place === 0 ? 'api' : (this.schedule.second ?? 'api');
    const env = {
      ...VARIABLES,
      // Only paper accounts need the recorded market, and it costs a process a tenth of a core.
      SEXTANT__MARKETDATA__REPLAY__ENABLED: String(this.schedule.paperAccount),
      DATABASE_URL: this.toDatabase.url,
      SEXTANT_DATA_DIR: this.database.home,
      ...variables,
    };
    const onSpawn = (child: ChildProcess): void => {
      this.starting = child;
      child.stderr!.on('data', (chunk: Buffer) => {
        if (/^stopped at K\d/m.test(chunk.toString())) onStopped(child);
      });
    };
    const startTimeoutMs = patient(60_000);
    const started = await SextantProcess.start({ app, env, onSpawn, startTimeoutMs }).catch(
      (error: Error) => {
        this.printed += error.message;
        throw error;
      },
    );
    started.child.stdout!.on('data', (chunk: Buffer) => (this.printed += chunk.toString()));
    this.apiKey = started.apiKey ?? this.apiKey;
    this.apps[place] = started;
    this.history.note('up', { place, ...variables });
    void started.ended().then((code) => {
      this.printed += started.output;
      if (this.apps[place] === started) this.apps[place] = null;
      this.history.note('down', { place, code });
    });
    return started;
  }

  /** An API that runs, of those that there are. */
  api(prefer = 0): SextantProcess | null {
    const places = this.schedule.second === 'api' ? [prefer, 1 - prefer] : [0];
    for (const place of places) {
      const app = this.apps[place] ?? null;
      if (app?.running === true) return app;
    }
    return null;
  }

  /** Null without an answer: nobody knows what became of it. */
  async call(
    method: string,
    route: string,
    options: RequestOptions = {},
    at: SextantProcess | null = this.api(),
  ): Promise<Answer | null> {
    if (at === null) return null;
    try {
      return await withLimit(at.request(method, route, { key: this.apiKey, ...options }), patient(15_000));
    } catch (error) {
      if (error instanceof NoAnswer || error instanceof SyntaxError) return null;
      throw error;
    }
  }

  /** Of the market that everybody trades in. */
  async lastPrice(): Promise<number> {
    const { symbols } = await this.venue.admin('GET', '/status');
    return symbols.find(({ symbol }: { symbol: string }) => symbol === 'BTCUSDT').lastTicks / 100;
  }

  /** Nothing may be placed on the account from the answer on, until somebody asks for the release. */
  halted(accountId: string, answer: Answer | null): void {
    if (answer === null || answer.status >= 300 || answer.body.unconfirmed.length > 0) return;
    this.halts.push({ accountId, fromMs: Date.now(), untilMs: Number.POSITIVE_INFINITY });
  }

  released(accountId: string): void {
    for (const halt of this.halts) {
      if (halt.accountId === accountId) halt.untilMs = Math.min(halt.untilMs, Date.now());
    }
  }

  /** The same until somebody says yes; for what a schedule needs before it begins. */
  async insist(method: string, route: string, options: RequestOptions = {}): Promise<Answer> {
    for (const startedAt = Date.now(); ;) {
      const answer = await this.call(method, route, options);
      if (answer !== null && answer.status < 300) return answer;
      if (Date.now() > startedAt + patient(90_000)) {
        throw new Error(`${method} ${route} was not served: ${JSON.stringify(answer?.body)}`);
      }
      await delay(100);
    }
  }

  async sql<R extends pg.QueryResultRow = any>(text: string, values: unknown[] = []): Promise<R[]> {
    const client = new pg.Client({ connectionString: this.directUrl });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<R>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Past the proxy. */
  get directUrl(): string {
    const url = new URL(this.database.url);
    url.port = String(this.ground.port);
    return url.href;
  }

  async close(): Promise<void> {
    await Promise.all(this.apps.map((app) => app?.stop('SIGKILL')));
    await this.venue.stop();
    await Promise.all([this.toDatabase.close(), this.toVenue.close()]);
    await this.history.close();
    await this.ground.drop(this.database.name);
    rmSync(this.database.home, { recursive: true, force: true });
  }
}

function withLimit<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswer(new Error(`no answer in ${ms} ms`))), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
