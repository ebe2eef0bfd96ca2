import { DomainError } from '@sextant/kernel';
import { ConfigMistakes, exitCodeOf } from '@sextant/platform';
import { adminKey } from './admin-key.js';
import { EXIT_OK, EXIT_USAGE } from './command.js';
import type { Command } from './command.js';
import { parseCommandLine, UsageError } from './command-line.js';
import { config } from './config.js';
import { consumerCommands } from './consumers.js';
import { killSwitchCommands } from './kill-switch.js';
import { ledgerVerify } from './ledger-verify.js';
import { migrateCommand } from './migrate.js';
import { portfolioRebuild } from './portfolio-rebuild.js';
import { overview, usageOf } from './usage.js';
import { vaultCommands } from './vault.js';
import { verify } from './verify.js';

/** Where the terminal writes to: answers to `out`, complaints to `error`. Texts come with their line feeds. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
}

const commands: readonly Command[] = [
  ...killSwitchCommands,
  ...[adminKey, verify, ledgerVerify, portfolioRebuild],
  ...consumerCommands,
  ...vaultCommands,
  ...[config, migrateCommand],
];

/** Runs one command and answers the exit code. With --json `out` gets one JSON document, whatever happens. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const json = args.includes('--json');
  const line = json ? () => undefined : (text: string) => terminal.out(`${text}\n`);
  try {
    const { command, operands, options, help } = parseCommandLine(args, commands);
    if (command === null || help) {
      terminal.out(command === null ? overview(commands) : usageOf(command));
      return EXIT_OK;
    }
    const result = await command.run({ operands, options, line });
    if (json) terminal.out(`${JSON.stringify(result.json)}\n`);
    return result.exitCode;
  } catch (error) {
    const failure = failureOf(error);
    if (json) terminal.out(`${JSON.stringify({ error: failure.json })}\n`);
    terminal.error(`${failure.text}\n`);
    return failure.exitCode;
  }
}

interface Failure {
  exitCode: number;
  text: string;
  json: object;
}

function failureOf(error: unknown): Failure {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError) {
    const hint = `${text}\n'sextant --help' says what there is.`;
    return { exitCode: EXIT_USAGE, text: hint, json: { code: 'USAGE', detail: text } };
  }
  if (error instanceof ConfigMistakes) {
    const { mistakes } = error;
    return { exitCode: exitCodeOf(error), text, json: { code: 'CONFIG_MISTAKES', detail: text, mistakes } };
  }
  if (error instanceof DomainError) {
    const { code, context } = error;
    return { exitCode: exitCodeOf(error), text, json: { code, detail: text, context } };
  }
  const isBug = error instanceof Error && error.name !== 'Error';
  return {
    exitCode: exitCodeOf(error),
    text: isBug ? (error.stack ?? text) : text,
    json: { code: 'FAILED', detail: text },
  };
}
