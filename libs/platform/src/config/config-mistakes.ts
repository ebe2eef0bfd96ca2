export interface ConfigMistake {
  /** The key, or the variable or file that could not be read as one. */
  key: string;
  /** Where it stands: a file with its line, or a variable. */
  source: string;
  /** What is wrong and what is allowed. Never the value of a secret. */
  problem: string;
}

/** The exit status of a process that must not start as it is configured (`EX_CONFIG` of sysexits.h). */
export const EXIT_CONFIG = 78;

/** Every mistake of the configuration at once. */
export class ConfigMistakes extends Error {
  readonly exitCode = EXIT_CONFIG;

  constructor(readonly mistakes: readonly ConfigMistake[]) {
    const lines = mistakes.map(({ key, source, problem }) => `  ${key} (${source}): ${problem}`);
    const many = mistakes.length === 1 ? 'one mistake' : `${mistakes.length} mistakes`;
    super([`The configuration has ${many}:`, ...lines].join('\n'));
    this.name = 'ConfigMistakes';
  }
}
