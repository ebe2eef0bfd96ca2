import { Injectable } from '@nestjs/common';
import type { JsonValue } from '@sextant/contracts';
import type { TenantId } from '@sextant/kernel';
import { Clock, DomainError } from '@sextant/kernel';
import type { PoolClient } from 'pg';
import { Database, deleteInBatches, errorCode } from '../database/index.js';
import type { IdempotencyRow } from './idempotency-keys.js';

/** A request that must have its effect once. */
export interface OnceRequest {
  tenantId: TenantId;
  /** Method and path as asked for: `POST /api/users`; the same key on another resource is another request. */
  route: string;
  /** Null: the client sent none, and every request has its effect. */
  key: string | null;
  bodyHash: string;
}

/** What the effect answers, and what of it is kept for replays (`body` unless said otherwise: never a secret). */
export interface OnceResult<R> {
  status: number;
  body: R;
  resourceId: string | null;
  replayBody?: R;
}

export interface OnceAnswer<R> {
  status: number;
  body: R;
  replayed: boolean;
}

/** How long a request waits for the first one with its key to commit. */
const IN_FLIGHT_WAIT_MS = 3000;
const LOCK_TIMEOUT = '55P03';

const SELECT = `SELECT tenant_id, route, key, account_id, body_hash, resource_id, status, body,
    (extract(epoch FROM created_at) * 1000)::float8 AS created_at
  FROM idempotency_key WHERE tenant_id = $1 AND route = $2 AND key = $3`;
const INSERT = `INSERT INTO idempotency_key
    (tenant_id, route, key, account_id, body_hash, resource_id, status, body, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant_id, route, key) DO NOTHING`;
const COMPLETE = `UPDATE idempotency_key SET resource_id = $4, status = $5, body = $6
  WHERE tenant_id = $1 AND route = $2 AND key = $3`;

/** Used keys of the routes that do not write through account plans. */
@Injectable()
export class Idempotency {
  private readonly running = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async find(tenantId: TenantId, route: string, key: string): Promise<IdempotencyRow | null> {
    const rows = await this.database.query<IdempotencyRow>(SELECT, [tenantId, route, key]);
    return rows[0] ?? null;
  }

  /** Claims the key in the caller's transaction; false when it was used before. Waits for a claim in flight. */
  async insert(client: PoolClient, row: IdempotencyRow): Promise<boolean> {
    const result = await client.query(INSERT, [
      row.tenant_id,
      row.route,
      row.key,
      row.account_id,
      row.body_hash,
      row.resource_id,
      row.status,
      row.body === null ? null : JSON.stringify(row.body),
      new Date(row.created_at),
    ]);
    return result.rowCount === 1;
  }

  /**
   * Runs `effect` once for a key: key and effect commit together, and a repeat answers what the first one did.
   * @throws DomainError IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_FLIGHT
   */
  async once<R extends JsonValue | object>(
    request: OnceRequest,
    effect: (client: PoolClient) => Promise<OnceResult<R>>,
  ): Promise<OnceAnswer<R>> {
    const { tenantId, route, key } = request;
    if (key === null) {
      const { status, body } = await this.database.transaction(effect);
      return { status, body, replayed: false };
    }
    const before = await this.find(tenantId, route, key);
    if (before !== null) return replay<R>(before, request);
    return this.database.transaction((client) => this.claimAndRun(client, request, key, effect));
  }

  /**
   * For effects that store the key themselves, in the plan of an account: `work` looks the key up and acts, and no other
   * request of this process with the same key does so meanwhile, on whatever account. @throws IDEMPOTENCY_KEY_IN_FLIGHT
   */
  async alone<T>(
    { tenantId, route, key }: Omit<OnceRequest, 'bodyHash'>,
    work: () => Promise<T>,
  ): Promise<T> {
    if (key === null) return work();
    const name = JSON.stringify([tenantId, route, key]);
    if (this.running.has(name)) throw inFlight();
    this.running.add(name);
    try {
      return await work();
    } finally {
      this.running.delete(name);
    }
  }

  /** Frees the keys of long ago. */
  async forgetBefore(epochMs: number): Promise<void> {
    await deleteInBatches(this.database, 'idempotency_key', 'created_at < $1', [new Date(epochMs)]);
  }

  private async claimAndRun<R extends JsonValue | object>(
    client: PoolClient,
    request: OnceRequest,
    key: string,
    effect: (client: PoolClient) => Promise<OnceResult<R>>,
  ): Promise<OnceAnswer<R>> {
    await client.query(`SET LOCAL lock_timeout = '${IN_FLIGHT_WAIT_MS}ms'`);
    const claimed = await this.claim(client, request, key);
    if (!claimed) {
      const { rows } = await client.query<IdempotencyRow>(SELECT, [request.tenantId, request.route, key]);
      if (rows[0] === undefined) throw inFlight();
      return replay<R>(rows[0], request);
    }
    const { status, body, resourceId, replayBody } = await effect(client);
    const kept = JSON.stringify(replayBody ?? body);
    await client.query(COMPLETE, [request.tenantId, request.route, key, resourceId, status, kept]);
    return { status, body, replayed: false };
  }

  private async claim(client: PoolClient, request: OnceRequest, key: string): Promise<boolean> {
    const { tenantId, route, bodyHash } = request;
    try {
      return await this.insert(client, {
        tenant_id: tenantId,
        route,
        key,
        account_id: '',
        body_hash: bodyHash,
        resource_id: null,
        status: 0,
        body: null,
        created_at: this.clock.now(),
      });
    } catch (error) {
      throw errorCode(error) === LOCK_TIMEOUT ? inFlight() : error;
    }
  }
}

/** The stored answer, when the body is the same. @throws DomainError IDEMPOTENCY_KEY_REUSED */
export function replay<R>(row: IdempotencyRow, request: { bodyHash: string }): OnceAnswer<R> {
  if (row.body_hash !== request.bodyHash) {
    throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key came before with another body.');
  }
  return { status: row.status, body: row.body as R, replayed: true };
}

function inFlight(): DomainError {
  return new DomainError(
    'IDEMPOTENCY_KEY_IN_FLIGHT',
    'The first request with this Idempotency-Key is still running.',
    {
      retryAfterMs: 1000,
    },
  );
}
