import { DomainError, isDecimalText, parseScaled } from '@sextant/kernel';
import type { ExecutionRequest } from './execution-request.js';

/** @throws DomainError EXECUTION_TERMS_INVALID for fields that do not fit together */
export function assertExecutionForm(request: ExecutionRequest): void {
  const { algorithm, limitPrice, endAt, durationSeconds, displayQuantity, participationRate } = request;
  const iceberg = algorithm === 'ICEBERG';
  const only = (name: string, value: unknown, allowed: boolean) => {
    if (value !== null && !allowed)
      throw invalidExecution(`/${name}`, `${name} means nothing for ${algorithm}.`);
  };
  const needed = (name: string, value: unknown, wanted: boolean) => {
    if (value === null && wanted) throw invalidExecution(`/${name}`, `${algorithm} needs ${name}.`);
  };
  if (endAt !== null && durationSeconds !== null) {
    throw invalidExecution('/endAt', 'Send endAt or durationSeconds, not both.');
  }
  needed('durationSeconds', endAt ?? durationSeconds, !iceberg);
  needed('limitPrice', limitPrice, iceberg);
  needed('displayQuantity', displayQuantity, iceberg);
  only('displayQuantity', displayQuantity, iceberg);
  needed('participationRate', participationRate, algorithm === 'POV');
  only('participationRate', participationRate, algorithm === 'POV');
  only('volumeProfile', request.volumeProfile, algorithm === 'VWAP');
  only('slices', request.slices, !iceberg);
  only('timeJitter', request.timeJitter, !iceberg);
  only('sizeJitter', request.sizeJitter, algorithm !== 'POV');
  only('urgency', request.urgency, !iceberg);
  only('maxSlippageBps', request.maxSlippageBps, !iceberg && request.urgency !== 'PASSIVE');
  assertProfile(request);
}

function assertProfile({ volumeProfile, slices }: ExecutionRequest): void {
  if (volumeProfile === null) return;
  const isWeight = (text: string) => isDecimalText(text) && !text.startsWith('-');
  if (!volumeProfile.every(isWeight) || volumeProfile.every((text) => parseScaled(text) === 0n)) {
    throw invalidExecution('/volumeProfile', 'Weights are decimals of zero or more, one of them above zero.');
  }
  if (slices !== null && slices !== volumeProfile.length) {
    throw invalidExecution('/slices', 'volumeProfile has one weight a slice.');
  }
}

export function invalidExecution(pointer: string, detail: string): DomainError {
  return new DomainError('EXECUTION_TERMS_INVALID', detail, { pointer });
}
