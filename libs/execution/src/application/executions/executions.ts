import type { JsonValue } from '@sextant/contracts';
import { DomainError, formatScaled } from '@sextant/kernel';
import { CommitRefused, idempotencyKeys, write } from '@sextant/platform';
import type { CommitPlan, RowWrite } from '@sextant/platform';
import { covers } from '@sextant/risk';
import type { KillSwitch, Verdict } from '@sextant/risk';
import { Execution } from '../../domain/executions/execution.js';
import type { Reason } from '../../domain/order-snapshot.js';
import type { ExecutionTerms } from '../../domain/executions/execution-terms.js';
import type { ExecutionTrigger } from '../../domain/executions/execution-status.js';
import { slicePriceTicks } from '../../domain/executions/slice-price.js';
import { profileWeights } from '../../domain/executions/volume-profile.js';
import type { Cause } from '../account/arrival.js';
import type { Caller, RequestKey } from '../account/commands-of-account.js';
import { notExecuted, sessionClosed } from '../account/session-closed.js';
import { inFlight } from '../account/used-keys.js';
import { executionCommands } from './execution-commands.js';
import type {
  ChangeExecutionPayload,
  ExecutionResult,
  PreviewExecutionPayload,
  StartExecutionPayload,
} from './execution-commands.js';
import { executionRow } from './execution-rows.js';
import { executions } from './execution-tables.js';
import { executionView } from './execution-view.js';
import type { ExecutionView } from './execution-view.js';
import { planExecution } from './plan-execution.js';
import type { ExecutionPlan } from './plan-execution.js';
import { RunningExecution } from './running-execution.js';
import type { ExecutionDesk } from './running-execution.js';
import { judgeSlice } from './slice-order.js';

/** Rules that say of the whole whether it can be afforded; the others are asked of each slice, when it is sent. */
const OF_THE_WHOLE: ReadonlySet<string> = new Set(['INSUFFICIENT_BALANCE', 'MAX_POSITION_NOTIONAL']);

/** Each looks at the market once a second. */
const MOST_OPEN = 100;

/** What would become of an execution if it were started now. */
export type ExecutionPreview = {
  execution: ExecutionView;
  /** The rules on its first slice, and on the whole those that say whether it can be afforded. */
  verdicts: Verdict[];
  approved: boolean;
  /** What the whole takes at the present price; it is not set aside. */
  value: { asset: string; amount: string };
};

/** The executions of one account in the process that owns it. */
export class Executions {
  private readonly running = new Map<string, RunningExecution>();

  constructor(private readonly desk: ExecutionDesk) {}

  handles(type: string): boolean {
    return Object.values<string>(executionCommands).includes(type);
  }

  /** Goes on with what was running when the account was last owned. */
  async resume(): Promise<void> {
    const { account, tools } = this.desk;
    for (const { execution, slices } of await tools.executions.openExecutions(account.row.account_id)) {
      this.run(
        new RunningExecution(Execution.fromSnapshot(execution), slices, this.desk, this.onClosed(execution)),
      );
    }
  }

  /** The markets that they trade in. */
  symbols(): string[] {
    return [...this.running.values()].map(({ execution }) => execution.snapshot.symbol);
  }

  /**
   * Ends those that are meant, before any order of theirs is cancelled: they would send the next one. Stored with what
   * else is stored then; what still rests of them ends as with any cancellation. Returns their ids.
   */
  cancelAll(isMeant: (execution: ExecutionTerms) => boolean, cause: Cause, reason?: Reason): string[] {
    const due = [...this.running.values()].filter(
      ({ execution }) => execution.can('CANCEL') && isMeant(execution.snapshot),
    );
    for (const running of due) {
      const { execution } = running;
      const plan = (now: number) => {
        if (execution.can('CANCEL')) execution.cancel(running.done(), now, reason);
        return running.planOf(cause, now);
      };
      // A session that ends meanwhile leaves it to whoever owns the account next, as it does the orders.
      void this.desk.inbox.pushAndWait({ kind: 'PLAN', plan }).then(
        () => running.wake(),
        () => undefined,
      );
    }
    return due.map(({ execution }) => execution.snapshot.executionId);
  }

  /** What a liquidation covers is over. */
  obey(word: KillSwitch): void {
    const { tenant_id: tenantId, account_id: accountId, venue } = this.desk.account.row;
    const detail = 'A LIQUIDATE switch closes what it trades.';
    this.cancelAll(
      ({ symbol, strategy }) => covers(word, { tenantId, accountId, venue, symbol, strategy }),
      { actor: `kill-switch:${word.switchId}`, traceId: word.traceId },
      { code: 'KILL_SWITCH', detail },
    );
  }

  close(): void {
    for (const running of this.running.values()) running.stop();
    this.running.clear();
  }

  async execute(type: string, payload: JsonValue): Promise<JsonValue> {
    switch (type) {
      case executionCommands.start:
        return (await this.start(payload as unknown as StartExecutionPayload)) as unknown as JsonValue;
      case executionCommands.change:
        return (await this.change(payload as unknown as ChangeExecutionPayload)) as unknown as JsonValue;
      default:
        return (await this.preview(payload as unknown as PreviewExecutionPayload)) as unknown as JsonValue;
    }
  }

  /**
   * Stores the plan; the first slice follows. Nothing is reserved for the whole: each slice reserves for itself.
   * @throws DomainError as `planExecution`, INSUFFICIENT_BALANCE and MAX_POSITION_NOTIONAL when the whole is too much now
   */
  private async start({
    request,
    hourlyVolume,
    once,
    caller,
  }: StartExecutionPayload): Promise<ExecutionResult> {
    const { account, tools } = this.desk;
    await this.assertMayTrade(once);
    if (this.running.size >= MOST_OPEN) throw tooMany();
    const plan = await this.plan({ request, hourlyVolume });
    this.assertAffordable(plan);
    const now = tools.clock.now();
    const execution = Execution.create(plan.terms, plan.schedule, now);
    const view = executionView(execution.snapshot, []);
    const events = execution.pullEvents();
    const { actor, traceId } = caller;
    const commit: CommitPlan = {
      rows: [
        write(executions, executionRow(execution.snapshot)),
        ...this.keyRows(once, caller, view, 201, now),
      ],
      events: events.map((event) => ({ ...event, occurredAt: now, actor, traceId })),
      ledger: [],
    };
    try {
      await account.lease.commit(commit);
    } catch (error) {
      if (error instanceof CommitRefused) throw inFlight();
      throw error;
    }
    if (account.closed) throw sessionClosed();
    this.run(new RunningExecution(execution, [], this.desk, this.onClosed(execution.snapshot)));
    return { status: 201, execution: view, replayed: false };
  }

  /** @throws DomainError EXECUTION_NOT_FOUND, EXECUTION_ALREADY_ENDED */
  private async change(payload: ChangeExecutionPayload): Promise<ExecutionResult> {
    const { executionId, change, cancelsResting, once, caller } = payload;
    const running = this.running.get(executionId);
    if (running === undefined || (running.execution.hasEnded && change !== 'CANCEL'))
      throw ended(executionId);
    const { execution } = running;
    const answer: { view: ExecutionView | null } = { view: null };
    await this.desk.inbox.pushAndWait({
      kind: 'PLAN',
      plan: (now) => {
        if (change === 'PAUSE' && execution.can('PAUSE')) execution.pause(cancelsResting, now);
        if (change === 'RESUME' && execution.can(resumption(execution))) execution.resume(now);
        if (change === 'CANCEL' && execution.can('CANCEL')) execution.cancel(running.done(), now);
        const plan = running.planOf(caller, now);
        answer.view = executionView(execution.snapshot, running.slices.stored());
        const told = plan.events.length > 0;
        return {
          ...plan,
          rows: [...plan.rows, ...(told ? this.keyRows(once, caller, answer.view, 200, now) : [])],
        };
      },
    });
    running.wake();
    return { status: 200, execution: answer.view ?? this.viewOf(running), replayed: false };
  }

  private async preview(payload: PreviewExecutionPayload): Promise<ExecutionPreview> {
    const plan = await this.plan(payload);
    const now = this.desk.tools.clock.now();
    const { snapshot } = Execution.create(plan.terms, plan.schedule, now);
    const { verdicts, reservation } = this.judge(plan, plan.terms.lots);
    const first = this.judge(plan, plan.schedule[0]?.lots ?? plan.smallestLots);
    const whole = verdicts.filter(({ rule }) => OF_THE_WHOLE.has(rule));
    const slice = first.verdicts.filter(({ rule }) => !OF_THE_WHOLE.has(rule));
    const all = [...slice, ...whole];
    return {
      execution: executionView(snapshot, []),
      approved: all.every(({ passed }) => passed),
      verdicts: all,
      value: { asset: reservation.asset, amount: formatScaled(reservation.units) },
    };
  }

  private async plan({ request, hourlyVolume }: PreviewExecutionPayload): Promise<ExecutionPlan> {
    const { account, tools, link, entryBar } = this.desk;
    if (!account.lease.isHeld() || account.closed) throw notExecuted();
    await entryBar.follow(request.symbol);
    const symbol = tools.markets.resolveSymbol(request.symbol, account.row.venue);
    const market = account.market(symbol);
    return planExecution(request, {
      executionId: tools.ids.next('exe'),
      accountId: account.row.account_id,
      venue: account.row.venue,
      symbol,
      instrument: tools.markets.instrument(symbol),
      touch: market === null || market.stale ? null : market,
      now: tools.clock.now(),
      traits: link.traits,
      history: (startAt, endAt, count) => profileWeights(hourlyVolume, startAt, endAt, count),
    });
  }

  private async assertMayTrade({ key }: RequestKey): Promise<void> {
    const { account, entryBar } = this.desk;
    const closed = await entryBar.closedFor();
    if (closed !== null) throw closed;
    if (account.row.kind !== 'LIVE' || key !== null) return;
    throw new DomainError('ORDER_KEY_REQUIRED', 'An execution on a live account needs an Idempotency-Key.');
  }

  private assertAffordable(plan: ExecutionPlan): void {
    const { verdicts } = this.judge(plan, plan.terms.lots);
    const failed = verdicts.find(({ rule, passed }) => !passed && OF_THE_WHOLE.has(rule));
    if (failed === undefined) return;
    const { rule, value, limit, inputs } = failed;
    const detail = `The whole is more than the account can do now: ${value} against ${limit} (${rule}).`;
    throw new DomainError(rule, detail, { riskType: rule, currentValue: value, limit, inputs });
  }

  /** As if so much of it were one order at the price of a slice. */
  private judge({ terms }: ExecutionPlan, lots: number) {
    const { account, tools } = this.desk;
    const market = account.market(terms.symbol);
    const priceTicks = (market === null ? null : slicePriceTicks(terms, market)) ?? terms.limitTicks;
    return judgeSlice(terms, { lots, priceTicks }, account, tools.markets.instrument(terms.symbol));
  }

  private viewOf(running: RunningExecution): ExecutionView {
    return executionView(running.execution.snapshot, running.slices.stored());
  }

  private run(running: RunningExecution): void {
    this.running.set(running.execution.snapshot.executionId, running);
    running.wake();
  }

  private onClosed({ executionId }: { executionId: string }): () => void {
    return () => void this.running.delete(executionId);
  }

  private keyRows(
    once: RequestKey,
    caller: Caller,
    view: ExecutionView,
    status: number,
    now: number,
  ): RowWrite[] {
    if (once.key === null) return [];
    const row = {
      tenant_id: caller.tenantId,
      route: once.route,
      key: once.key,
      account_id: this.desk.account.row.account_id,
      body_hash: once.bodyHash,
      resource_id: view.id,
      status,
      body: view as unknown as JsonValue,
      created_at: now,
    };
    return [write(idempotencyKeys, row)];
  }
}

function resumption(execution: Execution): ExecutionTrigger {
  return execution.snapshot.startedAt === null ? 'AWAIT' : 'RESUME';
}

function ended(executionId: string): DomainError {
  return new DomainError('EXECUTION_ALREADY_ENDED', `The execution ${executionId} has ended.`, {
    executionId,
  });
}

function tooMany(): DomainError {
  const detail = `An account has at most ${MOST_OPEN} executions at a time.`;
  return new DomainError('EXECUTION_LIMIT_REACHED', detail, { limit: MOST_OPEN });
}
