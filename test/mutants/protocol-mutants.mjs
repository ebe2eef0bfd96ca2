// The protocol, broken in fifteen ways that others have broken it. Each is a few edits of a copy of the source; an edit
// whose anchor is gone fails loudly, so that what is broken here stays what the product really does.

const application = 'libs/execution/src/application';
const platform = 'libs/platform/src';

/** The simulation finds it. */
const simulation = { kind: 'SIMULATION' };

/** Only a real database shows it: a test of the suite that has to fail. */
const spec = (file, name) => ({ kind: 'SPEC', file, name });

export const protocolMutants = [
  {
    name: 'new-id-per-retry',
    what: 'every attempt has a client order id of its own',
    caughtBy: simulation,
    edits: [
      {
        file: `${application}/submission/send-order.ts`,
        find: '          orderId,\n          clientOrderId,\n',
        replace:
          '          orderId,\n          clientOrderId: attempts > 1 ? `${clientOrderId}-${attempts}` : clientOrderId,\n',
      },
    ],
  },
  {
    name: 'resend-without-fence',
    what: '"not found" is believed at once, and the same order is sent again',
    caughtBy: simulation,
    edits: [
      {
        file: `${application}/submission/resolve-outcome.ts`,
        find: "    if (absenceProof === 'AFTER_REOPEN') return entry.sentIn < this.link.generation;\n",
        replace: "    if (absenceProof !== 'NEVER') return true;\n",
      },
    ],
  },
  {
    name: 'not-found-means-rejected',
    what: 'an order that a query does not find is closed as rejected',
    caughtBy: simulation,
    edits: [
      {
        file: `${application}/submission/resolve-outcome.ts`,
        find: "    // Until then nothing is proof, and the venue's budget of calls is not for that.\n",
        replace: `    await this.inbox.pushAndWait({
      kind: 'DECISION',
      entry,
      decide: (now) => {
        entry.order.end('REJECT', { code: 'NOT_ACCEPTED', detail: 'Not found.' }, proof, now);
        return [];
      },
    });
    if (entry.order.isTerminal) return;
`,
      },
    ],
  },
  {
    name: 'keys-in-memory-only',
    what: 'a bounded memory of used keys is all that tells a repeated request',
    caughtBy: simulation,
    edits: [
      {
        file: `${application}/submission/submit-order.ts`,
        find: '    if (once.key !== null) {\n      plan.merge(',
        replace: "    if (once.key === 'nobody') {\n      plan.merge(",
      },
      {
        file: `${application}/account/used-keys.ts`,
        find: 'const KEPT = 10_000;',
        replace: 'const KEPT = 4;',
      },
    ],
  },
  {
    name: 'fills-and-postings-apart',
    what: 'the fill is committed first, its ledger entries and balances in a second transaction',
    caughtBy: simulation,
    edits: [
      {
        file: `${application}/account/order-inbox.ts`,
        find: '      const committed = this.account.lease.commit(plan);\n',
        replace: `      const isBook = ({ table }: RowWrite) => /balance|position/.test(table.name);
      const rows = plan.rows.filter((row) => !isBook(row));
      const committed = this.account.lease.commit({ ...plan, rows, ledger: [] }).then(async () => {
        if (plan.ledger.length === 0) return;
        const events = plan.events.slice(0, 1).map((event) => ({ ...event, payload: {} }));
        await this.account.lease.commit({ events, rows: plan.rows.filter(isBook), ledger: plan.ledger });
      });
`,
      },
    ],
  },
  {
    name: 'answer-before-commit',
    what: 'the order is sent and answered while its commit is still under way',
    caughtBy: simulation,
    edits: [
      {
        file: `${application}/submission/submit-order.ts`,
        find: '      await commit(plan, orderId);\n',
        replace: '      void Promise.resolve(commit(plan, orderId)).catch(() => undefined);\n',
      },
    ],
  },
  {
    name: 'no-epoch-check',
    what: 'nobody asks for the lease again just before bytes leave',
    caughtBy: simulation,
    edits: [
      {
        file: `${application}/submission/send-order.ts`,
        find: 'isHeld: () => lease.isHeld() && !this.account.closed && this.mayLeave(entry),',
        replace: 'isHeld: () => lease !== null && this.mayLeave(entry),',
      },
    ],
  },
  {
    name: 'reservation-in-memory',
    what: 'what an order sets aside is not part of the commit of its intent',
    caughtBy: simulation,
    edits: [
      {
        file: `${application}/submission/submit-order.ts`,
        find: 'plan.row(orders, orderRow(snapshot, entry.bodyHash));',
        replace: 'plan.row(orders, orderRow({ ...snapshot, reservedUnits: 0n }, entry.bodyHash));',
      },
    ],
  },
  {
    name: 'global-event-cursor',
    what: 'consumers read the log by one position over all streams',
    caughtBy: spec(
      'libs/platform/src/event-log/event-consumers.int.spec.ts',
      'handles every event once, in order',
    ),
    edits: [
      {
        file: `${platform}/event-log/consume-streams.ts`,
        find: 'e.stream_seq > c.sequence\n',
        replace: `e.stream_seq > c.sequence AND e.position > (
    SELECT coalesce(max(seen.position), 0) FROM consumer_offset o
    JOIN event_log seen ON seen.stream_id = o.stream_id AND seen.stream_seq <= o.sequence WHERE o.consumer = $1)
`,
      },
    ],
  },
  {
    name: 'cancel-assumed-done',
    what: 'a cancellation without an answer counts as done',
    caughtBy: simulation,
    edits: [
      {
        file: `${application}/submission/cancel-live-order.ts`,
        find: 'entry.order.loseCancelOutcome(reason, proof, now);',
        replace: "entry.order.end('CANCEL', reason, proof, now);",
      },
    ],
  },
  {
    name: 'late-fill-ignored',
    what: 'a fill of an order that has ended is not booked',
    caughtBy: simulation,
    edits: [
      {
        file: `${application}/account/order-inbox.ts`,
        find: '    if (known?.fillKeys.has(fillKey(fill))) return;\n',
        replace: '    if (known?.fillKeys.has(fillKey(fill)) || known?.order.isTerminal) return;\n',
      },
    ],
  },
  {
    name: 'trade-id-alone',
    what: "a fill is known by the venue's trade id alone",
    caughtBy: simulation,
    edits: [
      {
        file: `${application}/account/order-archive.ts`,
        find: 'return `${fill.venueOrderId} ${fill.venueTradeId}`;',
        replace: 'return fill.venueTradeId;',
      },
      {
        file: `${application}/account/account-tables.ts`,
        find: "key: ['account_id', 'venue', 'symbol', 'venue_order_id', 'venue_trade_id'],",
        replace: "key: ['account_id', 'venue', 'venue_trade_id'],",
      },
    ],
  },
  {
    name: 'balances-heal-themselves',
    what: "a balance that differs from the venue's is set to the venue's",
    caughtBy: simulation,
    edits: [
      {
        file: 'libs/portfolio/src/domain/sync/classify-balances.ts',
        find: "  if (size(difference) <= tolerance) return 'DUST';\n",
        replace: "  if (size(difference) > 0n) return 'DUST';\n",
      },
    ],
  },
  {
    name: 'lease-by-time-to-live',
    what: 'the lease is a key that expires elsewhere: neither the process nor the commit looks at its epoch',
    caughtBy: spec(
      'libs/platform/src/ownership/ownership.int.spec.ts',
      'loses its leases when it was silent',
    ),
    edits: [
      {
        file: `${platform}/ownership/process-presence.ts`,
        find: '    return this.clock.monotonicMs() < this.holdsUntilMs;\n',
        replace: "    return this.current !== '';\n",
      },
      {
        file: `${platform}/commit/commit-statement.ts`,
        find: `ON s.account_id = i.account_id AND s.epoch = i.epoch AND s.seq = i.base_seq
         AND s.owner_address IS NOT DISTINCT FROM i.owner_address
`,
        replace: `ON s.account_id = i.account_id AND s.seq = i.base_seq
`,
      },
    ],
  },
  {
    name: 'side-effect-in-retry',
    what: 'the placement stands inside what a failed commit repeats',
    caughtBy: simulation,
    edits: [
      {
        file: `${application}/submission/send-order.ts`,
        find: "    this.tools.killPoint.reach('K8');\n",
        replace: `    const mark = { type: 'OrderPlaced', payload: {}, occurredAt: this.tools.clock.now() };
    const written = await lease.commit({ events: [mark], rows: [], ledger: [] }).then(
      () => true,
      (error: { code?: string }) => error.code !== 'COMMIT_UNAVAILABLE',
    );
    if (!written) {
      const { account } = this;
      const intent = account.intent(orderId, snapshot, entry.instrument);
      const deadlineMs = this.tools.clock.monotonicMs() + this.tools.settings.attemptWindowMs();
      const terms = { attempt: attempts, epoch: entry.epoch, deadlineMs };
      const facts = account.facts(symbol, account.market(symbol));
      const decision = account.risk.approveAgain(intent, facts, terms);
      if (decision.outcome === 'APPROVED') return this.send(entry, decision.approval);
    }
    this.tools.killPoint.reach('K8');
`,
      },
    ],
  },
];
