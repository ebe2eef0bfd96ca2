import { Injectable } from '@nestjs/common';
import { Component } from '@sextant/platform';
import type { ComponentHealth } from '@sextant/platform';

/** As much of an owned account as its health is. */
export interface ReconciledAccount {
  readonly reconciled: boolean;
  readonly row: { readonly kind: 'PAPER' | 'LIVE' };
}

/**
 * Whether the accounts of this process agree with their venues. DOWN, so that the process is not ready, until those whose
 * venue is in this process did once; DEGRADED when some do not later, or wait for a venue across a network: those take no
 * new orders, the others do.
 */
@Injectable()
export class AccountReconciliation extends Component {
  readonly name = 'accounts';
  override readonly dependsOn: readonly string[] = ['ownership'];
  private readonly accounts = new Set<ReconciledAccount>();
  private agreedOnce = false;

  /** Returns the function that leaves the account out again. */
  follow(account: ReconciledAccount): () => void {
    this.accounts.add(account);
    return () => void this.accounts.delete(account);
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  override health(): ComponentHealth {
    const unreconciled = [...this.accounts].filter(({ reconciled }) => !reconciled).length;
    const facts = { accounts: this.accounts.size, unreconciled };
    this.agreedOnce ||= [...this.accounts].every(({ reconciled, row }) => reconciled || row.kind === 'LIVE');
    if (unreconciled === 0) return { status: 'UP', facts };
    const detail = `${unreconciled} of ${this.accounts.size} accounts do not agree with their venue, or wait for it.`;
    return { status: this.agreedOnce ? 'DEGRADED' : 'DOWN', detail, facts };
  }
}
