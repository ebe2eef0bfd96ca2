import { setTimeout as delay } from 'node:timers/promises';
import { UuidV7Ids, SystemClock, loadConfig } from '@sextant/platform';
import { killModes, KillSwitches, nextSwitch, OPERATOR, SignedSwitchFile } from '@sextant/risk';
import type { KillMode, KillSwitch, SwitchReceipt, SwitchScope } from '@sextant/risk';
import { EXIT_OK, EXIT_WRONG } from './command.js';
import type { Command, CommandOptions, CommandResult } from './command.js';
import { UsageError } from './command-line.js';
import { table } from './table.js';

const ACTOR = 'cli';
/** How long running processes may take to say that they have it in force. */
const PATIENCE_MS = 1_500;
const LOOK_MS = 50;
/** Kind of a scope → what its value looks like. */
const SCOPES: Readonly<Record<string, RegExp>> = {
  account: /^acc_[0-9a-f]{32}$/,
  strategy: /^.{1,64}$/,
  symbol: /^[A-Z0-9]+\/[A-Z0-9]+(:[A-Z0-9]+)?$/,
  venue: /^[A-Z0-9_]{1,32}$/,
};

const halt: Command = {
  name: 'halt',
  operands: ['REASON'],
  options: ['scope', 'mode', 'cancel-orders'],
  summary: 'stops new orders at once, of everything or of one scope; needs neither the API nor the database',
  run: async ({ operands, options, line }) => {
    const order = {
      tenantId: OPERATOR,
      scope: scopeOf(options),
      mode: modeOf(options),
      reason: operands[0] ?? '',
      cancelOrders: options['cancel-orders'] ?? false,
    } as const;
    const file = SwitchLog.open();
    await file.read();
    return say([await file.write(order)], file, line);
  },
};

const release: Command = {
  name: 'release',
  operands: ['REASON'],
  options: ['scope'],
  summary: 'releases what is on for exactly this scope, whoever switched it on',
  run: async ({ operands, options, line }) => {
    const scope = scopeOf(options);
    const file = SwitchLog.open();
    await file.read();
    const on = file.on().filter((word) => word.scope.kind === scope.kind && word.scope.value === scope.value);
    if (on.length === 0) {
      line('Nothing is on for this scope.');
      return { exitCode: EXIT_WRONG, json: { released: [] } };
    }
    const words: KillSwitch[] = [];
    for (const { tenantId } of on) {
      const reason = operands[0] ?? '';
      words.push(await file.write({ tenantId, scope, mode: null, reason, cancelOrders: false }));
    }
    return say(words, file, line);
  },
};

const status: Command = {
  name: 'status',
  operands: [],
  options: [],
  summary: 'which kill switches this machine knows to be on, and which processes have them in force',
  run: async ({ line }) => {
    const file = SwitchLog.open();
    await file.read();
    const on = file.on();
    const rows = on.map((word) => [
      word.mode ?? '',
      scopeText(word.scope),
      new Date(word.at).toISOString(),
      word.actor,
      word.reason,
    ]);
    if (on.length === 0) line('No kill switch is on.');
    else for (const text of table([['mode', 'scope', 'since', 'by', 'reason'], ...rows])) line(text);
    return { exitCode: EXIT_OK, json: { on } };
  },
};

export const killSwitchCommands: readonly Command[] = [halt, release, status];

/** The file of the kill switches, as the terminal reads and writes it. */
class SwitchLog {
  private readonly switches = new KillSwitches();
  private readonly receipts: SwitchReceipt[] = [];
  private readonly clock = new SystemClock();
  private readonly ids = new UuidV7Ids(this.clock);

  private constructor(private readonly file: SignedSwitchFile) {}

  /** @throws ConfigMistakes */
  static open(): SwitchLog {
    const config = loadConfig();
    const secret = config.get('internal.forwardingSecret') ?? '';
    return new SwitchLog(new SignedSwitchFile(config.get('data.directory'), secret));
  }

  async read(): Promise<void> {
    const { words, receipts } = await this.file.readNew();
    for (const word of words) this.switches.take(word);
    this.receipts.push(...receipts);
  }

  on(): readonly KillSwitch[] {
    return this.switches.on();
  }

  async write(
    order: Omit<KillSwitch, 'switchId' | 'version' | 'at' | 'actor' | 'traceId'>,
  ): Promise<KillSwitch> {
    const whole = { ...order, actor: ACTOR, traceId: null };
    const word = nextSwitch(whole, this.switches.last(order), this.ids.next('ksw'), this.clock.now());
    await this.file.append(word);
    return word;
  }

  /** The processes that say so within a moment; further ones get another one. */
  async confirmations(words: readonly KillSwitch[]): Promise<string[]> {
    const ids = new Set(words.map(({ switchId }) => switchId));
    const end = this.clock.monotonicMs() + PATIENCE_MS;
    for (let before = 0; ;) {
      await this.read();
      const seen = new Set(
        this.receipts.filter((one) => ids.has(one.switchId)).map(({ process }) => process),
      );
      if ((seen.size > 0 && seen.size === before) || this.clock.monotonicMs() > end) return [...seen];
      before = seen.size;
      await delay(LOOK_MS * (seen.size > 0 ? 4 : 1));
    }
  }
}

async function say(
  words: readonly KillSwitch[],
  file: SwitchLog,
  line: (text: string) => void,
): Promise<CommandResult> {
  const processes = await file.confirmations(words);
  for (const { mode, scope } of words) line(`${mode ?? 'Released'}: ${scopeText(scope)}. It is on disk.`);
  for (const process of processes) line(`In force in ${process}.`);
  if (processes.length === 0) {
    line(
      'NOT CONFIRMED  No process of this data directory says that it has it in force; one that starts will have it.',
    );
  }
  const exitCode = processes.length === 0 ? EXIT_WRONG : EXIT_OK;
  return { exitCode, json: { killSwitches: words, confirmed: processes } };
}

/** @throws UsageError */
function scopeOf({ scope }: CommandOptions): SwitchScope {
  if (scope === undefined) return { kind: 'ALL', value: '' };
  const [, kind = '', value = ''] = /^([a-z]+)=(.+)$/.exec(scope) ?? [];
  if (SCOPES[kind]?.test(value) === true) {
    return { kind: kind.toUpperCase() as SwitchScope['kind'], value };
  }
  throw new UsageError('--scope is account=acc_…, strategy=NAME, symbol=BTC/USDT or venue=NAME.');
}

/** @throws UsageError */
function modeOf({ mode = 'HALT' }: CommandOptions): KillMode {
  const known = killModes.find((one) => one === mode);
  if (known !== undefined) return known;
  throw new UsageError(`--mode is one of ${killModes.join(', ')}.`);
}

function scopeText({ kind, value }: SwitchScope): string {
  return kind === 'ALL' ? 'everything' : `${kind.toLowerCase()} ${value}`;
}
