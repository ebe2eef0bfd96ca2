import { Config } from '@sextant/platform';
import { Injectable } from '@nestjs/common';
import { parseRiskLimits } from '../domain/risk-limits.js';
import type { RiskLimits } from '../domain/risk-limits.js';

const KEYS = [
  'risk.maxOrderNotional',
  'risk.maxPositionNotional',
  'risk.priceCollar',
  'risk.maxOrdersPerSecond',
  'risk.marketBuffer',
] as const;

/** The limits of accounts that have none of their own; they follow the configuration at run time. */
@Injectable()
export class ConfiguredLimits {
  private limits: RiskLimits;

  constructor(private readonly config: Config) {
    this.limits = this.read();
    for (const key of KEYS) {
      config.onChange(key, () => {
        this.limits = this.read();
      });
    }
  }

  current(): RiskLimits {
    return this.limits;
  }

  private read(): RiskLimits {
    return parseRiskLimits({
      maxOrderNotional: this.config.get('risk.maxOrderNotional'),
      maxPositionNotional: this.config.get('risk.maxPositionNotional'),
      priceCollar: this.config.get('risk.priceCollar'),
      maxOrdersPerSecond: this.config.get('risk.maxOrdersPerSecond'),
      marketBuffer: this.config.get('risk.marketBuffer'),
    });
  }
}
