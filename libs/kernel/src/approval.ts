import type { AccountId, OrderId } from './ids.js';
import type { Side } from './side.js';

/** What exactly was approved. Any difference at the gateway is a refusal. */
export interface ApprovedTerms {
  accountId: AccountId;
  orderId: OrderId;
  symbol: string;
  side: Side;
  /** Quantity in lots of the instrument; null when the order is for an amount of quote. */
  lots: number | null;
  /** Amount of quote in 10^-18 units, when the order is for one; else null. */
  quoteUnits: bigint | null;
  /** Limit price in ticks; null for a market order. */
  priceTicks: number | null;
  /** Trigger price in ticks, where the venue watches it; absent is none. */
  stopTicks?: number | null;
  /** 1 for the first send; a re-send is approved anew. */
  attempt: number;
  /** Lease epoch of the account's owner. */
  epoch: number;
  /** `Clock.monotonicMs()` after which no byte may leave. */
  deadlineMs: number;
}

/** Every field but the deadline and the trigger: a caller that leaves one out does not pass. */
const COMPARED = [
  'accountId',
  'orderId',
  'symbol',
  'side',
  'lots',
  'quoteUnits',
  'priceTicks',
  'attempt',
  'epoch',
] as const satisfies readonly (keyof ApprovedTerms)[];

const minted = new WeakMap<Approval, { authority: object; terms: ApprovedTerms; redeemed: boolean }>();

/** Risk's word that one attempt of one order may be sent. Opaque: only an authority makes or reads one. */
export class Approval {
  declare private readonly approval: true;

  /** @internal */
  constructor(key: typeof minted) {
    if (key !== minted) throw new Error('an Approval is minted by an ApprovalAuthority');
    Object.freeze(this);
  }
}

/** The half that the composition root gives to risk, and to nobody else. */
export interface ApprovalMint {
  mint(terms: ApprovedTerms): Approval;
}

/** The half that the gateways hold. */
export interface ApprovalCheck {
  /** Uses the approval up. Throws when it is not of this authority, was used before, is late, or its terms differ. */
  redeem(approval: Approval, terms: Omit<ApprovedTerms, 'deadlineMs'>, nowMs: number): void;
}

/** Splits one secret into the right to approve and the right to check. */
export function createApprovalAuthority(): { mint: ApprovalMint; check: ApprovalCheck } {
  const authority = {};
  return {
    mint: {
      mint(terms) {
        const approval = new Approval(minted);
        minted.set(approval, { authority, terms: Object.freeze({ ...terms }), redeemed: false });
        return approval;
      },
    },
    check: {
      redeem(approval, terms, nowMs) {
        const entry = minted.get(approval);
        if (entry === undefined || entry.authority !== authority)
          throw new Error('approval of another authority');
        if (entry.redeemed) throw new Error('approval used before');
        // Not `nowMs > deadline`: a NaN on either side must not pass.
        if (!(nowMs <= entry.terms.deadlineMs)) throw new Error('approval is past its deadline');
        const different = COMPARED.find((key) => terms[key] !== entry.terms[key]);
        if (different !== undefined) throw new Error(`approval differs in ${different}`);
        if ((terms.stopTicks ?? null) !== (entry.terms.stopTicks ?? null))
          throw new Error('approval differs in stopTicks');
        entry.redeemed = true;
      },
    },
  };
}
