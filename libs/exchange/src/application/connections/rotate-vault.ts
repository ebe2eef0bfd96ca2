import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@sextant/kernel';
import { VaultKeeper } from '../../domain/connections/vault-keeper.js';
import type { RotationKind, RotationReport } from '../../domain/connections/vault-keeper.js';

/** Rotates the vault's master key, or encrypts every credential anew. @throws DomainError VAULT_KEY_MISSING */
export class RotateVault extends Command<RotationReport> {
  constructor(
    readonly kind: RotationKind,
    readonly actor: string,
  ) {
    super();
  }
}

@CommandHandler(RotateVault)
export class RotateVaultHandler implements ICommandHandler<RotateVault> {
  constructor(
    private readonly keeper: VaultKeeper,
    private readonly clock: Clock,
  ) {}

  async execute({ kind, actor }: RotateVault): Promise<RotationReport> {
    const by = { actor, at: this.clock.now() };
    await this.keeper.prepare(by);
    return kind === 'MASTER_KEY' ? this.keeper.rotateMasterKey(by) : this.keeper.rotateDataKeys(by);
  }
}
