import { executionModel } from '@sextant/execution';
import { identityModel } from '@sextant/identity';
import { candleModel } from '@sextant/market-data';
import { combineModels, platformModel } from '@sextant/platform';
import type { DatabaseModel } from '@sextant/platform';
import { portfolioModel } from '@sextant/portfolio';
import { riskModel } from '@sextant/risk';
import { channelModel, connectionModel, venueModel } from '@sextant/exchange';

/** Everything that Sextant keeps in the database; every process migrates to the same. */
export const sextantModel: DatabaseModel = combineModels(
  platformModel,
  identityModel,
  portfolioModel,
  riskModel,
  executionModel,
  venueModel,
  connectionModel,
  channelModel,
  candleModel,
);
