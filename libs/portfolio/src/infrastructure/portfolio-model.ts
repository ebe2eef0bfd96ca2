import type { DatabaseModel } from '@sextant/platform';
import { AddPositionSide1763701100000 } from './migrations/add-position-side.js';
import { CreateAccounts1763600200000 } from './migrations/create-accounts.js';
import { CreateHistoryFill1763701510000 } from './migrations/create-history-fill.js';
import { CreateLedger1763600210000 } from './migrations/create-ledger.js';
import { CreateMarginSettings1763701101000 } from './migrations/create-margin-settings.js';
import { CreatePortfolioSnapshots1763701300000 } from './migrations/create-portfolio-snapshots.js';
import { CreateWatchedWallets1763701301000 } from './migrations/create-watched-wallets.js';
import { IndexFees1763701401000 } from './migrations/index-fees.js';
import { IndexHourlySnapshots1763701302000 } from './migrations/index-hourly-snapshots.js';
import { KeepAccountRows1763600211000 } from './migrations/keep-account-rows.js';

/** The portfolio's tables. They are read by typed statements, so there are no entities. */
export const portfolioModel: DatabaseModel = {
  entities: [],
  migrations: [
    CreateAccounts1763600200000,
    CreateLedger1763600210000,
    KeepAccountRows1763600211000,
    AddPositionSide1763701100000,
    CreateMarginSettings1763701101000,
    CreatePortfolioSnapshots1763701300000,
    CreateWatchedWallets1763701301000,
    IndexHourlySnapshots1763701302000,
    IndexFees1763701401000,
    CreateHistoryFill1763701510000,
  ],
};
