import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { TenantId } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import { Config } from '@sextant/platform';
import type { ChannelState } from '../../domain/channel/channel-state.js';
import { ChannelStates } from '../../domain/channel-states.js';
import type { ConnectionId } from '../../domain/connections/exchange-connection.js';
import { ConnectionReads } from './connection-reads.js';
import { connectionView } from './connection-view.js';
import type { ConnectionView } from './connection-view.js';
import { asAllowed } from './endpoint-rule.js';

/** A connection and how the way to its venue is doing in the process that answers. */
export interface ConnectionDetail {
  connection: ConnectionView;
  /** Of one key a client sees its own budgets only. */
  channel: ChannelState | null;
}

/** @throws DomainError CONNECTION_NOT_FOUND */
export class GetExchangeConnection extends Query<ConnectionDetail> {
  constructor(
    readonly tenantId: TenantId,
    readonly connectionId: ConnectionId,
  ) {
    super();
  }
}

@QueryHandler(GetExchangeConnection)
export class GetExchangeConnectionHandler implements IQueryHandler<GetExchangeConnection> {
  constructor(
    private readonly reads: ConnectionReads,
    private readonly channels: ChannelStates,
    private readonly config: Config,
  ) {}

  async execute({ tenantId, connectionId }: GetExchangeConnection): Promise<ConnectionDetail> {
    const stored = await this.reads.one(tenantId, connectionId);
    if (stored === null) {
      throw new DomainError('CONNECTION_NOT_FOUND', 'There is no exchange connection with this id.');
    }
    const found = asAllowed(stored, this.config);
    const state = this.channels.of(found.venue, found.endpoint);
    if (state === null) return { connection: connectionView(found, this.config), channel: null };
    const own = [null, found.credentialId];
    const budgets = state.budgets.filter(({ credentialId }) => own.includes(credentialId as never));
    return { connection: connectionView(found, this.config), channel: { ...state, budgets } };
  }
}
