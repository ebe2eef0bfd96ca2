import type { Config } from '../config/config.js';
import { descriptorDestination } from './log-destination.js';
import { Logger } from './logger.js';
import type { LogDestination } from './logger.js';
import type { Metrics } from './metrics.js';
import { prettyLines } from './pretty-lines.js';
import { SecretGuard } from './secret-guard.js';

const STDOUT = 1;

/** The log of this process, as configured; its level follows `app.logLevel` while it runs. */
export function processLogger(
  app: string,
  config: Config,
  metrics: Metrics,
  guard: SecretGuard,
  destination: LogDestination = descriptorDestination(STDOUT),
): Logger {
  guard.protect(...config.secrets(), ...config.secrets().flatMap(passwordOf));
  const logger = Logger.create({
    app,
    level: config.get('app.logLevel'),
    destination: wantsPretty(config) ? prettyLines(destination) : destination,
    guard,
    stacks: config.get('app.debug'),
    onLine: (level) => metrics.increment('log_lines_total', { level }),
  });
  config.onChange('app.logLevel', (level) => logger.setLevel(level));
  return logger;
}

function wantsPretty(config: Config): boolean {
  const format = config.get('app.logFormat');
  if (format !== 'AUTO') return format === 'PRETTY';
  return config.get('app.debug') && process.stdout.isTTY === true;
}

/** The password inside a connection URL is a secret by itself. */
function passwordOf(secret: string): string[] {
  if (!URL.canParse(secret)) return [];
  const { password } = new URL(secret);
  return password === '' ? [] : [password, decodeURIComponent(password)];
}
