import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { AccountId } from '@sextant/kernel';
import { AccountOwner } from '@sextant/platform';
import type { VersionedLimits } from '../domain/limits-change.js';
import type { RiskLimitsText } from '../domain/risk-limits.js';

/** The account command that its owner answers with the limits as they are then. */
export const CHANGE_RISK_LIMITS = 'ChangeRiskLimits';

export type ChangeRiskLimitsPayload = {
  limits: RiskLimitsText;
  /** Version that the change is based on; null: whatever it is now. */
  expectedVersion: number | null;
  actor: string;
  traceId: string | null;
};

/** Gives an account limits of its own, for the next order on. @throws DomainError RISK_LIMITS_CHANGED */
export class ChangeRiskLimits extends Command<VersionedLimits> {
  constructor(
    readonly accountId: AccountId,
    readonly payload: ChangeRiskLimitsPayload,
  ) {
    super();
  }
}

@CommandHandler(ChangeRiskLimits)
export class ChangeRiskLimitsHandler implements ICommandHandler<ChangeRiskLimits> {
  constructor(private readonly owner: AccountOwner) {}

  async execute({ accountId, payload }: ChangeRiskLimits): Promise<VersionedLimits> {
    const body = { ...payload, limits: { ...payload.limits } };
    return (await this.owner.execute(accountId, CHANGE_RISK_LIMITS, body)) as unknown as VersionedLimits;
  }
}
