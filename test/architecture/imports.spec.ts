import { PlantedTree } from './planted-tree.js';
import type { FenceReport } from './planted-tree.js';

/** Rule → file that breaks it → its text. Each import is resolvable, so that only the named rule is at stake. */
const planted: [rule: string, file: string, text: string][] = [
  ['domain-pure', 'libs/risk/src/domain/framework.ts', "import { Injectable } from '@nestjs/common';\n"],
  ['domain-pure', 'libs/risk/src/domain/platform.ts', "import { Database } from '@sextant/platform';\n"],
  ['domain-pure', 'libs/risk/src/domain/io.ts', "import { readFileSync } from 'node:fs';\n"],
  ['domain-pure', 'libs/risk/src/domain/outer.ts', "import '../application/planted-port.js';\n"],
  ['domain-pure', 'libs/risk/src/domain/type.ts', "import type { EntityManager } from 'typeorm';\n"],
  ['leaf-pure', 'libs/kernel/src/io.ts', "import { readFileSync } from 'node:fs';\n"],
  [
    'application-knows-no-adapter',
    'libs/risk/src/application/adapter.ts',
    "import '../infrastructure/planted-adapter.js';\n",
  ],
  ['application-no-technology', 'libs/risk/src/application/driver.ts', "import pg from 'pg';\n"],
  ['application-no-technology', 'libs/risk/src/application/type.ts', "import type { Pool } from 'pg';\n"],
  [
    'only-through-index',
    'libs/execution/src/application/inside.ts',
    "import '../../../risk/src/application/planted-port.js';\n",
  ],
  ['apps-only-through-index', 'apps/api/src/inside.ts', "import '../../../libs/kernel/src/side.js';\n"],
  ['apps-only-through-index', 'test/planted/inside.spec.ts', "import '../../libs/kernel/src/side.js';\n"],
  [
    'nothing-imports-apps',
    'libs/risk/src/infrastructure/app.ts',
    "import '../../../../apps/api/src/planted.js';\n",
  ],
  ['apps-apart', 'apps/worker/src/app.ts', "import '../../api/src/planted.js';\n"],
  ['apps-apart', 'apps/composition/src/app.ts', "import '../../api/src/planted.js';\n"],
  ['apps-apart', 'apps/api/src/composed.ts', "import '../../composition/src/planted.js';\n"],
  ['venue-alone', 'apps/venue/src/shared.ts', "import '@sextant/kernel';\n"],
  ['venue-alone', 'apps/venue/src/composed.ts', "import '../../composition/src/index.js';\n"],
  ['ledger-check-alone', 'apps/cli/src/ledger-check/shared.ts', "import '@sextant/kernel';\n"],
  ['ledger-check-alone', 'apps/cli/src/ledger-check/beside.ts', "import '../command.js';\n"],
  ['direction-kernel', 'libs/kernel/src/up.ts', "import type { EventEntry } from '@sextant/contracts';\n"],
  ['direction-contracts', 'libs/contracts/src/up.ts', "import type { Database } from '@sextant/platform';\n"],
  ['direction-platform', 'libs/platform/src/up.ts', "import '@sextant/portfolio';\n"],
  ['direction-portfolio', 'libs/portfolio/src/infrastructure/up.ts', "import '@sextant/execution';\n"],
  ['direction-risk', 'libs/risk/src/infrastructure/up.ts', "import '@sextant/execution';\n"],
  ['direction-execution', 'libs/execution/src/infrastructure/venue.ts', "import '@sextant/venue';\n"],
  ['direction-market-data', 'libs/market-data/src/infrastructure/up.ts', "import '@sextant/portfolio';\n"],
  ['direction-identity', 'libs/identity/src/infrastructure/beside.ts', "import '@sextant/portfolio';\n"],
  ['direction-exchange', 'libs/exchange/src/infrastructure/up.ts', "import '@sextant/market-data';\n"],
  ['direction-notification', 'libs/notification/src/infrastructure/up.ts', "import '@sextant/identity';\n"],
  ['direction-strategy', 'libs/strategy/src/infrastructure/venue.ts', "import '@sextant/venue';\n"],
  ['direction-backtest', 'libs/backtest/src/infrastructure/venue.ts', "import '@sextant/venue';\n"],
  ['direction-venue', 'libs/venue/src/infrastructure/up.ts', "import '@sextant/exchange';\n"],
  ['direction-unlisted', 'libs/surprise/src/index.ts', "import '@sextant/kernel';\n"],
  ['no-cycle', 'libs/risk/src/infrastructure/one.ts', "import './two.js';\n"],
  [
    'no-cycle',
    'libs/risk/src/infrastructure/type-one.ts',
    "import type { Two } from './type-two.js';\nexport type One = Two;\n",
  ],
  ['resolvable', 'libs/risk/src/infrastructure/nowhere.ts', "import './not-there.js';\n"],
  [
    'no-test-code',
    'libs/risk/src/infrastructure/tested.ts',
    "import '../../../../test/planted/support.js';\n",
  ],
  [
    'declared-packages',
    'libs/risk/src/infrastructure/dev.ts',
    "import fc from 'fast-check';\nexport default fc;\n",
  ],
  [
    'one-handler',
    'libs/risk/src/application/forgotten.ts',
    "import { Command } from '@nestjs/cqrs';\nexport class ForgottenCommand extends Command<void> {}\n",
  ],
  [
    'one-handler',
    'apps/api/src/dispatch.ts',
    'export const run = (commands: { execute(c: object): void }) => commands.execute(new Unknown());\nclass Unknown {}\n',
  ],
  [
    'one-handler',
    'libs/risk/src/application/twice.ts',
    "import { QueryHandler } from '@nestjs/cqrs';\nexport class Asked {}\n" +
      '@QueryHandler(Asked)\nexport class First {}\n@QueryHandler(Asked)\nexport class Second {}\n',
  ],
];

/** What the planted files import, innocent by itself. */
const innocent = {
  'libs/risk/src/application/planted-port.ts': 'export abstract class PlantedPort {}\n',
  'libs/risk/src/infrastructure/planted-adapter.ts': "import '../application/planted-port.js';\n",
  'libs/risk/src/infrastructure/two.ts': "import './one.js';\n",
  'libs/risk/src/infrastructure/type-two.ts':
    "import type { One } from './type-one.js';\nexport type Two = One;\n",
  'libs/execution/src/application/allowed.ts':
    "import { CommandHandler } from '@nestjs/cqrs';\nexport class Allowed {}\n@CommandHandler(Allowed)\nexport class H {}\n",
  'apps/composition/src/planted.ts': 'export const planted = true;\n',
  'apps/api/src/planted.ts': "import '@sextant/kernel';\nimport '../../composition/src/index.js';\n",
  'test/planted/support.ts': 'export const support = true;\n',
};

describe('the fence between contexts and layers', () => {
  let found: FenceReport;
  let blind: FenceReport;
  const ours = new Set([...Object.keys(innocent), ...planted.map(([, file]) => file)]);

  beforeAll(() => {
    const tree = new PlantedTree();
    try {
      for (const [file, text] of Object.entries(innocent)) tree.plant(file, text);
      for (const [, file, text] of planted) tree.plant(file, text);
      found = tree.fence();
      tree.append('.dependency-cruiser.cjs', "module.exports.options.exclude = { path: '^libs/' };\n");
      blind = tree.fence();
    } finally {
      tree.remove();
    }
  }, 120_000);

  it('finds nothing wrong with the tree as it is', () => {
    expect(found.violations.filter(({ from }) => !ours.has(from))).toEqual([]);
  });

  it('reads every source file, and says so when it does not', () => {
    expect(found.sources).toBeGreaterThan(300);
    expect(found.modules).toBe(found.sources);
    expect(blind.violations).toContainEqual(expect.objectContaining({ rule: 'modules-read' }));
  });

  it('finds the handlers of the commands and queries', () => {
    expect(found.handlers).toBeGreaterThan(20);
  });

  it.each(planted)('%s is seen in %s', (rule, file) => {
    expect(found.violations).toContainEqual(expect.objectContaining({ rule, from: file }));
  });

  it('has a planted violation for each of its rules', () => {
    const seen = new Set([...found.violations, ...blind.violations].map(({ rule }) => rule));
    expect(found.rules.filter((rule) => !seen.has(rule))).toEqual([]);
  });

  it('is silent about what is allowed', () => {
    const blamed = new Set(found.violations.map(({ from }) => from));
    const allowed = Object.keys(innocent).filter((file) => !/two\.ts$/.test(file));
    expect(allowed.filter((file) => blamed.has(file))).toEqual([]);
  });
});
