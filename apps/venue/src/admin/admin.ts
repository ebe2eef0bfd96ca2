import type { IncidentOptions } from './incident.js';
import { INCIDENTS } from './incidents.js';
import { Operator } from './operator.js';

/** The operator with the named incidents at hand. */
export class Admin extends Operator {
  /** Starts a named incident; returns what it set up, in words. */
  start(name: string, options: IncidentOptions = {}): string[] {
    const incident = INCIDENTS.find((one) => one.name === name);
    if (incident === undefined) throw new RangeError(`no incident ${name}`);
    const { account, symbol, product = 'spot' } = options;
    if (account !== undefined) this.needAccount(account);
    if (symbol !== undefined && product === 'spot' && this.core.symbols.find(symbol) === null) {
      throw new RangeError(`symbol ${symbol} is not listed`);
    }
    return incident.start(this, options);
  }
}
