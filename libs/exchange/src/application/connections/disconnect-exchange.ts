import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@sextant/kernel';
import type { OnceAnswer, OnceRequest } from '@sextant/platform';
import { ConnectionChanges } from './connection-changes.js';
import type { ConnectionTarget } from './connection-changes.js';
import type { ConnectionView } from './connection-view.js';

/**
 * Switches a connection off: its key signs nothing, in every process within 2 s, and stays in the vault.
 * @throws DomainError CONNECTION_NOT_FOUND, CONNECTION_CHANGED
 */
export class DisconnectExchange extends Command<OnceAnswer<ConnectionView>> {
  constructor(
    readonly target: ConnectionTarget,
    readonly actor: string,
    readonly once: OnceRequest,
  ) {
    super();
  }
}

@CommandHandler(DisconnectExchange)
export class DisconnectExchangeHandler implements ICommandHandler<DisconnectExchange> {
  constructor(
    private readonly changes: ConnectionChanges,
    private readonly clock: Clock,
  ) {}

  execute({ target, actor, once }: DisconnectExchange): Promise<OnceAnswer<ConnectionView>> {
    return this.changes.once(
      target,
      once,
      async () => null,
      (connection) => connection.disconnect({ actor, at: this.clock.now() }),
    );
  }
}
