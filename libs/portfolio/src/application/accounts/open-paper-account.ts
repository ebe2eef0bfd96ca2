import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock, DomainError, formatScaled, Ids } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { AccountCommit, CommitRefused, Idempotency, idempotencyKeys, replay, write } from '@sextant/platform';
import type { CommitPlan } from '@sextant/platform';
import { AccountDirectory } from './account-directory.js';
import { accounts } from './account-tables.js';
import type { AccountRow } from './account-tables.js';
import { accountView } from './account-view.js';
import type { AccountView } from './account-view.js';
import { PortfolioState } from '../state/portfolio-state.js';

/** The request's Idempotency-Key, when it had one. */
export interface RequestKey {
  route: string;
  key: string;
  bodyHash: string;
}

export interface OpenPaperAccountResult {
  account: AccountView;
  /** The key came before: this is what was opened then. */
  replayed: boolean;
}

/** Opens an account with play money. Its venue is funded from the ledger when the account is first owned. */
export class OpenPaperAccount extends Command<OpenPaperAccountResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly name: string,
    readonly venue: string,
    readonly reportingAsset: string,
    readonly deposits: readonly { asset: string; units: bigint }[],
    readonly requestKey: RequestKey | null,
    readonly actor: string,
  ) {
    super();
  }
}

const KEY_CONSTRAINT = 'idempotency_key_pkey';
const CREATED = 201;

@CommandHandler(OpenPaperAccount)
export class OpenPaperAccountHandler implements ICommandHandler<OpenPaperAccount> {
  constructor(
    private readonly commit: AccountCommit,
    private readonly idempotency: Idempotency,
    private readonly directory: AccountDirectory,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** @throws DomainError IDEMPOTENCY_KEY_REUSED, AMOUNT_OUT_OF_RANGE */
  async execute(command: OpenPaperAccount): Promise<OpenPaperAccountResult> {
    const earlier = await this.replayed(command);
    if (earlier !== null) return earlier;
    const row = this.newAccount(command);
    try {
      await this.commit.openStream(row.account_id, this.plan(command, row));
    } catch (error) {
      const lost = error instanceof CommitRefused && error.constraint === KEY_CONSTRAINT;
      const winner = lost ? await this.replayed(command) : null;
      if (winner === null) throw error;
      return winner;
    }
    this.directory.forgetDefault(command.tenantId);
    return { account: accountView(row), replayed: false };
  }

  private async replayed({ tenantId, requestKey }: OpenPaperAccount): Promise<OpenPaperAccountResult | null> {
    if (requestKey === null) return null;
    const row = await this.idempotency.find(tenantId, requestKey.route, requestKey.key);
    return row === null ? null : { account: replay<AccountView>(row, requestKey).body, replayed: true };
  }

  private newAccount({ tenantId, name, venue, reportingAsset }: OpenPaperAccount): AccountRow {
    return {
      account_id: this.ids.next('acc'),
      tenant_id: tenantId,
      name,
      kind: 'PAPER',
      venue,
      reporting_asset: reportingAsset,
      status: 'OPEN',
      created_at: this.clock.now(),
    };
  }

  private plan(command: OpenPaperAccount, row: AccountRow): CommitPlan {
    const { account_id, created_at, venue } = row;
    const view = accountView(row);
    const plan: CommitPlan = {
      events: [
        { type: 'AccountOpened', payload: openedPayload(row), occurredAt: created_at, actor: command.actor },
      ],
      rows: [write(accounts, row)],
      ledger: [],
    };
    const state = PortfolioState.empty(account_id, venue);
    for (const { asset, units } of byAsset(command.deposits)) {
      const booked = state.applyCash(this.openingDeposit(asset, units, command.actor, created_at));
      plan.events.push(...booked.events);
      plan.rows.push(...booked.rows);
      plan.ledger.push(...booked.ledger);
    }
    if (command.requestKey !== null) {
      const { route, key, bodyHash } = command.requestKey;
      plan.rows.push(
        write(idempotencyKeys, {
          tenant_id: command.tenantId,
          route,
          key,
          account_id,
          body_hash: bodyHash,
          resource_id: account_id,
          status: CREATED,
          body: view,
          created_at,
        }),
      );
    }
    return plan;
  }

  private openingDeposit(asset: string, units: bigint, actor: string, occurredAt: EpochMs) {
    return {
      fact: { kind: 'DEPOSIT' as const, asset, units },
      transactionId: this.ids.next('ltx'),
      reference: `deposit:opening:${asset}`,
      occurredAt,
      memo: { asset, amount: formatScaled(units), reason: 'Opening deposit of play money', author: actor },
    };
  }
}

function openedPayload(row: AccountRow) {
  return {
    accountId: row.account_id as AccountId,
    tenantId: row.tenant_id,
    name: row.name,
    kind: row.kind,
    venue: row.venue,
    reportingAsset: row.reporting_asset,
  };
}

/** 10¹⁵ of an asset: what trading adds to a balance must still fit a ledger line (10²⁰). */
const MAX_OPENING_UNITS = 10n ** 33n;

/** @throws DomainError ASSET_REPEATED, AMOUNT_OUT_OF_RANGE */
function byAsset(deposits: OpenPaperAccount['deposits']): OpenPaperAccount['deposits'] {
  const seen = new Set<string>();
  for (const { asset, units } of deposits) {
    if (units > MAX_OPENING_UNITS) {
      const detail = `An account opens with at most ${formatScaled(MAX_OPENING_UNITS)} ${asset}.`;
      throw new DomainError('AMOUNT_OUT_OF_RANGE', detail, { asset, pointer: '/balances' });
    }
    if (seen.has(asset)) {
      throw new DomainError('ASSET_REPEATED', `${asset} is listed twice.`, { pointer: '/balances' });
    }
    seen.add(asset);
  }
  return deposits;
}
