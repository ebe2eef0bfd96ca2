/** What a command is given. */
export interface CommandInput {
  /** The words after the command's name, as many as it names. */
  operands: readonly string[];
  options: CommandOptions;
  /** Tells a person something at once. Silent with --json. */
  line(text: string): void;
}

export interface CommandOptions {
  account?: string;
  'cancel-orders'?: boolean;
  check?: boolean;
  'data-keys'?: boolean;
  email?: string;
  mode?: string;
  'noted-hash'?: string;
  overrides?: boolean;
  scope?: string;
}

/** What a command found: printed as JSON with --json. */
export interface CommandResult {
  exitCode: number;
  json: object;
}

/** One command of the terminal: asks a context, says what came of it. */
export interface Command {
  /** One word or two. */
  name: string;
  operands: readonly string[];
  options: readonly (keyof CommandOptions)[];
  summary: string;
  run(input: CommandInput): Promise<CommandResult>;
}

export const EXIT_OK = 0;
/** The command ran and found something wrong, or could not run. */
export const EXIT_WRONG = 1;
/** The command line makes no sense. */
export const EXIT_USAGE = 2;
