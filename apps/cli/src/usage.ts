import type { Command, CommandOptions } from './command.js';

const optionTexts: Record<keyof CommandOptions | 'json' | 'help', [form: string, text: string]> = {
  account: ['--account ID', 'this account alone'],
  'cancel-orders': [
    '--cancel-orders',
    'cancels the resting orders of the scope too, protective ones included',
  ],
  check: ['--check', 'only compares'],
  'data-keys': ['--data-keys', 'encrypts every credential anew instead, under a new key of its own'],
  email: ['--email ADDRESS', 'whose key; needed when there are several administrators'],
  mode: ['--mode MODE', 'HALT (unless said otherwise), REDUCE_ONLY or LIQUIDATE'],
  'noted-hash': [
    '--noted-hash HASH',
    'a hash of this ledger that was noted before: the chain must run through it',
  ],
  overrides: ['--overrides', 'with what was changed at run time (asks the database)'],
  scope: [
    '--scope KIND=VALUE',
    'account=acc_…, strategy=NAME, symbol=BTC/USDT or venue=NAME; everything without it',
  ],
  json: ['--json', 'one JSON document on stdout instead of text'],
  help: ['-h, --help', 'this text; after a command, what it takes'],
};

const EXITS =
  'Exit: 0 all is well, 1 something is wrong, 2 the command line makes no sense, 78 the configuration is wrong.';

/** What the terminal can do, a line a command. */
export function overview(commands: readonly Command[]): string {
  const forms = commands.map((command): [string, string] => [formOf(command), command.summary]);
  return [
    'Usage: sextant COMMAND [--json]',
    '',
    ...columns([...forms, optionTexts.json, optionTexts.help]),
    '',
    'It works on the database that the configuration names, or on the embedded one, beside a running Sextant or alone;',
    'halt, release and status need none.',
    EXITS,
    '',
  ].join('\n');
}

/** What one command takes. */
export function usageOf(command: Command): string {
  const options = [...command.options, 'json' as const].map((name) => optionTexts[name]);
  return [`Usage: sextant ${formOf(command)}`, '', command.summary, '', ...columns(options), ''].join('\n');
}

function formOf({ name, operands, options }: Command): string {
  return [name, ...operands, ...options.map((option) => `[${optionTexts[option][0]}]`)].join(' ');
}

function columns(rows: readonly [string, string][]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
