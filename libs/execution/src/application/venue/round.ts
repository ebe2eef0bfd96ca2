import type { JsonObject } from '@sextant/contracts';
import type { EpochMs } from '@sextant/kernel';

export const discrepancyClasses = [
  'IN_FLIGHT',
  'DUST',
  'OPENING',
  'TRANSFER',
  'CORRECTION',
  'MISSING_FILL',
  'FEE',
  'FUNDING',
  'UNKNOWN_DEPOSIT',
  'UNKNOWN_WITHDRAWAL',
  'UNEXPLAINED',
] as const;
export type DiscrepancyClass = (typeof discrepancyClasses)[number];

/**
 * BOOKED: a posting took it over. PASSING: it moves still, the next comparison tells. NOTED: it differs and no money is
 * missing. OPEN: nothing explains it, a person has to look.
 */
export type DiscrepancyStatus = 'BOOKED' | 'PASSING' | 'NOTED' | 'OPEN';

/** One thing in which ledger and venue were found to differ. Amounts are decimal text; `difference` = venue − ledger. */
export type Discrepancy = {
  subject: 'BALANCE' | 'TRADE' | 'POSITION';
  classification: DiscrepancyClass;
  status: DiscrepancyStatus;
  /** What the amounts are of. */
  asset: string;
  symbol: string | null;
  ledger: string;
  venue: string;
  difference: string;
  /** The ledger transaction that took it over. */
  correctedBy: string | null;
  /** What the classification rests on. */
  evidence: JsonObject;
  /** What to do; null where nothing is. */
  hint: string | null;
};

/** START: the account was taken over by a process, or its venue is back. */
export const reconciliationTriggers = ['START', 'SCHEDULE', 'ON_DEMAND'] as const;
export type ReconciliationTrigger = (typeof reconciliationTriggers)[number];

/** What somebody who knows says of a difference. It is booked only while the difference is still exactly this. */
export type AcceptedDifference = {
  asset: string;
  /** venue − ledger, decimal text, as it was told. */
  difference: string;
  as: 'TRANSFER' | 'CORRECTION';
  note: string;
};

/** [from, until): of which time all trades were compared. `agree`: they did, once what was missing was booked. */
export interface TradeComparison {
  from: EpochMs;
  until: EpochMs;
  listed: number;
  agree: boolean;
  discrepancies: Discrepancy[];
}

/**
 * UNREACHABLE: the venue did not answer, so nothing is known. IN_FLIGHT: something moved while it was compared. CORRECTED:
 * what differed is booked, with its evidence. DIFFERENT: something is left that nothing explains.
 */
export const roundOutcomes = ['EQUAL', 'IN_FLIGHT', 'UNREACHABLE', 'CORRECTED', 'DIFFERENT'] as const;
export type RoundOutcome = (typeof roundOutcomes)[number];

export interface Round {
  outcome: RoundOutcome;
  discrepancies: Discrepancy[];
  trades: TradeComparison | null;
}

export interface RoundRequest {
  trigger: ReconciliationTrigger;
  actor: string;
  accept: AcceptedDifference[];
}

/** The worst of them decides; what is merely noted does not. */
export function outcomeOf(discrepancies: readonly Pick<Discrepancy, 'status'>[]): RoundOutcome {
  const statuses = new Set(discrepancies.map(({ status }) => status));
  if (statuses.has('OPEN')) return 'DIFFERENT';
  if (statuses.has('PASSING')) return 'IN_FLIGHT';
  return statuses.has('BOOKED') ? 'CORRECTED' : 'EQUAL';
}
