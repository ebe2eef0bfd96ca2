import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { IdentityComponent } from '@sextant/identity';
import { parseScaled } from '@sextant/kernel';
import { bodyHash, Component, pageRequest } from '@sextant/platform';
import { ACCOUNT_LIST, ListAccounts, OpenPaperAccount } from '@sextant/portfolio';

const PLAY_MONEY = { asset: 'USDT', units: parseScaled('100000') };
const REQUEST = { route: 'first start', key: 'first-account', bodyHash: bodyHash({}) };

/** Sees to it that a new installation can place an order at once: its first tenant has a paper account. */
@Injectable()
export class FirstAccount extends Component {
  readonly name = 'first-account';
  override readonly dependsOn = ['identity', 'ownership'];

  constructor(
    private readonly identity: IdentityComponent,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {
    super();
  }

  async start(): Promise<void> {
    const tenantId = await this.identity.firstTenant();
    const accounts = await this.queries.execute(
      new ListAccounts(tenantId, pageRequest({ limit: 1 }, ACCOUNT_LIST)),
    );
    if (accounts.data.length > 0) return;
    const { asset } = PLAY_MONEY;
    // Two processes may both find no account: the request's key makes it one.
    await this.commands.execute(
      new OpenPaperAccount(tenantId, 'Paper', 'PAPER', asset, [PLAY_MONEY], REQUEST, 'system'),
    );
  }

  async stop(): Promise<void> {}
}
