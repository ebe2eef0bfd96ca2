import type { AccountId, TenantId } from '@sextant/kernel';
import { ManualClock, ManualTimers, SequentialIds } from '@sextant/platform';
import { OPERATOR } from '../domain/kill-switch.js';
import type { LiquidationProgress } from '../domain/liquidation-progress.js';
import { GetKillSwitches, GetKillSwitchesHandler } from './get-kill-switches.js';
import { KillSwitchBoard } from './kill-switch-board.js';

it("shows a tenant what the operator's switch does to its own accounts, and nothing of others", async () => {
  const clock = new ManualClock();
  const board = new KillSwitchBoard(clock, new SequentialIds());
  const scope = { kind: 'ALL', value: '' } as const;
  const by = { reason: 'drill', actor: 'cli', cancelOrders: false, traceId: null };
  const word = board.draft({ tenantId: OPERATOR, scope, mode: 'LIQUIDATE', ...by });
  board.take(word);
  const of = (tenantId: string) =>
    ({ switchId: word.switchId, tenantId, accountId: `acc_${tenantId}` as AccountId }) as LiquidationProgress;
  const processes = {
    describe: async () => [{ process: 'p', switches: {}, liquidations: [of('ten_1'), of('ten_2')] }],
  };
  const records = { refresh: async () => undefined };
  const timers = new ManualTimers(clock);
  const handler = new GetKillSwitchesHandler(board, records as never, processes as never, timers);
  const [seen] = await handler.execute(new GetKillSwitches('ten_1' as TenantId));
  expect(seen?.liquidations.map(({ accountId }) => accountId)).toEqual(['acc_ten_1']);
});
