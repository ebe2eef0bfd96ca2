import { Injectable } from '@nestjs/common';
import { VenueAccounts } from '@sextant/exchange';
import type { VenueAccount } from '@sextant/exchange';
import { Clock, Ids } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import {
  AccountCommit,
  bodyHash,
  CommitRefused,
  Idempotency,
  idempotencyKeys,
  replay,
  write,
} from '@sextant/platform';
import type { CommitPlan } from '@sextant/platform';
import { AccountDirectory } from './account-directory.js';
import { accounts } from './account-tables.js';
import type { AccountRow } from './account-tables.js';
import { accountView } from './account-view.js';
import type { AccountView } from './account-view.js';

const ROUTE = 'account of an exchange connection';
const KEY_CONSTRAINT = 'idempotency_key_pkey';
const CREATED = 201;
/** What equity of an account at a venue is stated in. */
const REPORTING_ASSET = 'USDT';

type Terms = Parameters<VenueAccounts['openLive']>[0];

/** Accounts at venues, as exchange connections need them. What such an account holds, its venue tells. */
@Injectable()
export class LiveAccounts extends VenueAccounts {
  constructor(
    private readonly commit: AccountCommit,
    private readonly idempotency: Idempotency,
    private readonly directory: AccountDirectory,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {
    super();
  }

  async find(tenantId: TenantId, accountId: AccountId): Promise<VenueAccount> {
    const { account_id, kind, venue } = await this.directory.resolve(tenantId, accountId);
    return { accountId: account_id, kind, venue };
  }

  async openLive(terms: Terms): Promise<AccountId> {
    const earlier = await this.opened(terms);
    if (earlier !== null) return earlier;
    const row = this.newAccount(terms);
    try {
      await this.commit.openStream(row.account_id, plan(row, terms));
    } catch (error) {
      const lost = error instanceof CommitRefused && error.constraint === KEY_CONSTRAINT;
      const winner = lost ? await this.opened(terms) : null;
      if (winner === null) throw error;
      return winner;
    }
    this.directory.forgetDefault(terms.tenantId);
    return row.account_id;
  }

  private async opened(terms: Terms): Promise<AccountId | null> {
    const row = await this.idempotency.find(terms.tenantId, ROUTE, keyOf(terms));
    return row === null ? null : replay<AccountView>(row, { bodyHash: row.body_hash }).body.accountId;
  }

  private newAccount({ tenantId, name, venue }: Terms): AccountRow {
    return {
      account_id: this.ids.next('acc'),
      tenant_id: tenantId,
      name,
      kind: 'LIVE',
      venue,
      reporting_asset: REPORTING_ASSET,
      status: 'OPEN',
      created_at: this.clock.now(),
    };
  }
}

function plan(row: AccountRow, terms: Terms): CommitPlan {
  const { account_id, created_at, tenant_id } = row;
  const view = accountView(row);
  const { accountId, name, kind, venue, reportingAsset } = view;
  const payload = { accountId, tenantId: tenant_id, name, kind, venue, reportingAsset };
  return {
    events: [{ type: 'AccountOpened', payload, occurredAt: created_at, actor: terms.actor }],
    rows: [
      write(accounts, row),
      write(idempotencyKeys, {
        tenant_id,
        route: ROUTE,
        key: keyOf(terms),
        account_id,
        body_hash: bodyHash({}),
        resource_id: account_id,
        status: CREATED,
        body: view,
        created_at,
      }),
    ],
    ledger: [],
  };
}

/** A reference may be longer than a key. */
function keyOf({ reference }: Terms): string {
  return bodyHash({ reference });
}
