import { parseArgs } from 'node:util';
import type { Command, CommandOptions } from './command.js';

/** A command line that makes no sense; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface CommandLine {
  /** Null when none was named: the overview is wanted. */
  command: Command | null;
  operands: string[];
  options: CommandOptions;
  help: boolean;
}

type Flag = { type: 'string' | 'boolean'; short?: string };

const flags: Record<keyof CommandOptions | 'help' | 'json', Flag> = {
  account: { type: 'string' },
  'cancel-orders': { type: 'boolean' },
  check: { type: 'boolean' },
  'data-keys': { type: 'boolean' },
  email: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  mode: { type: 'string' },
  'noted-hash': { type: 'string' },
  overrides: { type: 'boolean' },
  scope: { type: 'string' },
};

/** @throws UsageError */
export function parseCommandLine(args: readonly string[], commands: readonly Command[]): CommandLine {
  const { values, positionals } = parse(args);
  const {
    help = false,
    json: _json,
    ...options
  } = values as CommandOptions & { help?: boolean; json?: boolean };
  const command = findCommand(positionals, commands);
  if (command === null) {
    if (positionals.length > 0) throw new UsageError(`There is no command '${positionals.join(' ')}'.`);
    const [stray] = Object.keys(options);
    if (stray !== undefined) throw new UsageError(`--${stray} needs a command.`);
    return { command, operands: [], options, help: true };
  }
  const operands = positionals.slice(command.name.split(' ').length);
  if (!help) requireFitting(command, operands, options);
  return { command, operands, options, help };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message.split('. ')[0]);
    throw error;
  }
}

/** The longest name wins: `consumers replay` is not `consumers` with an operand. */
function findCommand(words: readonly string[], commands: readonly Command[]): Command | null {
  const named = (length: number) => commands.find(({ name }) => name === words.slice(0, length).join(' '));
  return named(2) ?? named(1) ?? null;
}

function requireFitting(command: Command, operands: readonly string[], options: CommandOptions): void {
  const { name } = command;
  const unknown = Object.keys(options).find((key) => !command.options.some((known) => known === key));
  if (unknown !== undefined) throw new UsageError(`'${name}' has no option --${unknown}.`);
  const missing = command.operands[operands.length];
  if (missing !== undefined) throw new UsageError(`'${name}' needs ${missing}.`);
  const extra = operands[command.operands.length];
  if (extra !== undefined) throw new UsageError(`'${name}' does not know what to do with '${extra}'.`);
}
