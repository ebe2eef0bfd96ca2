import type { Engine } from '../engine/engine.js';
import type { Market } from '../engine/market.js';
import { unitsOf } from '../engine/amounts.js';
import { type Bracket, bracketsOf, type ContractSpec } from './contract.js';

export interface Contract {
  spec: ContractSpec;
  market: Market;
  brackets: readonly Bracket[];
  makerRate: bigint;
  takerRate: bigint;
  minNotional: bigint;
  maxQuantity: bigint;
}

/** The perpetuals that are listed. */
export class Contracts {
  private readonly contracts = new Map<string, Contract>();

  list(engine: Engine, spec: ContractSpec): Contract {
    const { symbol, base, quote, tickSize, stepSize } = spec;
    const contract = {
      spec,
      market: engine.addMarket({ symbol, base, quote, tickSize, stepSize }),
      brackets: bracketsOf(spec.brackets),
      makerRate: unitsOf(spec.fees.maker),
      takerRate: unitsOf(spec.fees.taker),
      minNotional: unitsOf(spec.minNotional),
      maxQuantity: unitsOf(spec.maxQuantity),
    };
    this.contracts.set(symbol, contract);
    return contract;
  }

  find(symbol: string): Contract | undefined {
    return this.contracts.get(symbol);
  }

  need(symbol: string): Contract {
    const contract = this.contracts.get(symbol);
    if (contract === undefined) throw new Error(`no contract ${symbol}`);
    return contract;
  }

  all(): Contract[] {
    return [...this.contracts.values()];
  }
}
