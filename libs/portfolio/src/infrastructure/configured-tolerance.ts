import { Injectable } from '@nestjs/common';
import { Config, ConfigMistakes } from '@sextant/platform';
import { BalanceTolerance } from '../application/sync/balance-tolerance.js';
import { Tolerances } from '../domain/sync/tolerances.js';

/** As `portfolio.tolerance` and `portfolio.tolerances` say. */
@Injectable()
export class ConfiguredTolerance extends BalanceTolerance {
  private readonly tolerances: Tolerances;

  /** @throws ConfigMistakes */
  constructor(config: Config) {
    super();
    const otherwise = config.get('portfolio.tolerance');
    try {
      this.tolerances = Tolerances.parse(otherwise, config.get('portfolio.tolerances'));
    } catch (error) {
      const problem = (error as Error).message;
      throw new ConfigMistakes([{ key: 'portfolio.tolerances', source: 'configuration', problem }]);
    }
  }

  unitsOf(asset: string): bigint {
    return this.tolerances.unitsOf(asset);
  }
}
