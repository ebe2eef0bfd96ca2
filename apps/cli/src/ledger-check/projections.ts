import { decimalText } from './decimal.js';
import type { Held } from './held.js';
import type { Refold } from './refold.js';
import { fieldsOf, requireKeys, WrongLine } from './wrong-line.js';
import type { Fields } from './wrong-line.js';

/** A projection as a line of the file states it: amounts are whole numbers of 10^-18 as text. */
type Stated = Record<string, string | number | null>;

/** What the lines behind the entries have to state, each exactly once. */
export class Projections {
  private readonly expected: Map<string, Stated>;

  constructor(refold: Refold) {
    this.expected = new Map([...balancesOf(refold), ...positionsOf(refold)]);
  }

  /** @throws WrongLine when the line states something else than the entries come to */
  take(line: Fields): void {
    const [kind = '', ...others] = Object.keys(line);
    if (others.length > 0 || !['balance', 'position', 'strategyPosition'].includes(kind)) {
      throw new WrongLine('It states neither a balance nor a position.');
    }
    const stated = fieldsOf(line[kind]);
    const name = nameOf(kind, stated);
    const expected = this.expected.get(name);
    if (expected === undefined) throw new WrongLine(`The entries give no ${name}, or it was stated before.`);
    requireKeys(stated, Object.keys(expected));
    for (const [field, value] of Object.entries(expected)) {
      if (stated[field] === value) continue;
      throw new WrongLine(`The ${name} has ${field} ${show(stated[field])}, by the entries ${show(value)}.`);
    }
    this.expected.delete(name);
  }

  /** @throws WrongLine when something was not stated */
  end(): void {
    const [missing] = this.expected.keys();
    if (missing !== undefined) throw new WrongLine(`The entries also give the ${missing}.`);
  }
}

function nameOf(kind: string, { asset, symbol, positionSide, strategy }: Fields): string {
  if (kind === 'balance') return `balance ${String(asset)}`;
  const market = positionSide === 'NET' ? String(symbol) : `${String(symbol)} ${String(positionSide)}`;
  return kind === 'position'
    ? `position ${market}`
    : `position ${market} of strategy ${JSON.stringify(strategy)}`;
}

function* balancesOf({ trial }: Refold): Generator<[string, Stated]> {
  const totals = new Map<string, bigint>();
  for (const [line, amount] of trial) {
    if (!line.startsWith('wallet:')) continue;
    const asset = line.slice(line.lastIndexOf(' ') + 1);
    totals.set(asset, (totals.get(asset) ?? 0n) + amount);
  }
  for (const [asset, total] of totals) yield [`balance ${asset}`, { asset, total: total.toString() }];
}

function* positionsOf({ account, strategies }: Refold): Generator<[string, Stated]> {
  for (const held of account.positions.values()) {
    const stated = statedOf(held);
    yield [nameOf('position', stated), stated];
  }
  for (const [strategy, book] of strategies) {
    for (const held of book.positions.values()) {
      const stated = { strategy, ...statedOf(held) };
      yield [nameOf('strategyPosition', stated), stated];
    }
  }
}

function statedOf(held: Held): Stated {
  return {
    symbol: held.symbol,
    positionSide: held.positionSide,
    signedQuantity: held.quantity.toString(),
    cost: held.cost.toString(),
    realizedPnl: held.realized.toString(),
    fees: held.fees.toString(),
    unvaluedFeeCount: held.unvalued,
    funding: held.funding.toString(),
    openedAt: held.openedAt,
    updatedAt: held.updatedAt,
  };
}

function show(value: unknown): string {
  return typeof value === 'string' && /^-?\d+$/.test(value) ? decimalText(BigInt(value)) : String(value);
}
