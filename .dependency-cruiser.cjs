// The fence between contexts and layers. test/architecture plants a violation of each rule and sees it fail.

const leaf = ['kernel', 'contracts', 'platform'];
const context = (...others) => [...leaf, ...others];

/** Lib → the libs it may import, always through their index.ts. */
const allowed = {
  kernel: [],
  contracts: ['kernel'],
  platform: ['kernel', 'contracts'],
  venue: leaf,
  identity: leaf,
  notification: leaf,
  exchange: context('venue'),
  'market-data': context('exchange'),
  portfolio: context('market-data', 'exchange'),
  risk: context('portfolio', 'market-data', 'exchange'),
  execution: context('risk', 'portfolio', 'market-data', 'exchange'),
  strategy: context('execution', 'risk', 'portfolio', 'market-data', 'exchange'),
  backtest: context('strategy', 'execution', 'risk', 'portfolio', 'market-data', 'exchange'),
};

const spec = '\\.(spec|contract)\\.ts$';
const layer = (name) => `^libs/([^/]+)/src/${name}/`;
const index = (libs) => `^libs/(${libs.join('|')})/src/index\\.ts$`;
const npm = (packages) => `^node_modules/(${packages.join('|')})/`;

function rule(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

const directions = Object.entries(allowed).map(([lib, targets]) =>
  rule(
    `direction-${lib}`,
    `${lib} imports ${targets.join(', ') || 'no other lib'}`,
    { path: `^libs/${lib}/` },
    { path: '^libs/', pathNot: [lib, ...targets].map((target) => `^libs/${target}/`) },
  ),
);

module.exports = {
  forbidden: [
    rule(
      'domain-pure',
      'the domain knows itself, the kernel and the event contracts: no framework, no I/O, no outer layer',
      { path: layer('domain'), pathNot: spec },
      { pathNot: ['^libs/$1/src/domain/', index(['kernel', 'contracts'])] },
    ),
    rule(
      'leaf-pure',
      'kernel and contracts stand on nothing but the language',
      { path: '^libs/(kernel|contracts)/src/', pathNot: spec },
      { pathNot: ['^libs/(kernel|contracts)/'] },
    ),
    rule(
      'application-knows-no-adapter',
      'a use case speaks to ports, never to the infrastructure that implements them',
      { path: layer('application'), pathNot: spec },
      { path: ['^libs/[^/]+/src/infrastructure/', '^apps/'] },
    ),
    rule(
      'application-no-technology',
      'application code uses the decorators of @nestjs/cqrs and @nestjs/common, no other package',
      { path: layer('application'), pathNot: spec },
      {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'core'],
        pathNot: npm(['@nestjs/cqrs', '@nestjs/common']),
      },
    ),
    rule(
      'only-through-index',
      'another lib is entered by its index.ts alone',
      { path: '^libs/([^/]+)/' },
      { path: '^libs/[^/]+/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
    ),
    rule(
      'apps-only-through-index',
      'an app and a whole-app test enter a lib by its index.ts alone',
      { path: '^(apps|test|bench)/' },
      { path: '^libs/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    ),
    rule(
      'nothing-imports-apps',
      'an app is the end of the line: no lib imports one',
      { path: '^libs/' },
      { path: '^apps/' },
    ),
    rule(
      'apps-apart',
      'apps share the composition of the contexts, by its index.ts, and nothing else',
      { path: '^apps/([^/]+)/' },
      { path: '^apps/', pathNot: ['^apps/$1/', '^apps/composition/src/index\\.ts$'] },
    ),
    rule(
      'venue-alone',
      'the chaos venue shares no code with the platform: a bug in both would hide itself',
      { path: '^apps/venue/', pathNot: spec },
      { path: ['^libs/', '^apps/composition/'] },
    ),
    rule(
      'ledger-check-alone',
      'what verifies an exported ledger shares no code with what books it: a mistake in both would hide itself',
      { path: '^apps/cli/src/ledger-check/', pathNot: spec },
      { pathNot: ['^apps/cli/src/ledger-check/', '^(node:)?(crypto|stream)$'] },
    ),
    rule(
      'direction-unlisted',
      'a new lib takes its place in the table of allowed directions first',
      { path: '^libs/', pathNot: `^libs/(${Object.keys(allowed).join('|')})/` },
      {},
    ),
    ...directions,
    rule('no-cycle', 'no import cycle, not even of types', {}, { circular: true }),
    rule(
      'resolvable',
      'an import that cannot be resolved hides from every other rule',
      {},
      { couldNotResolve: true },
    ),
    rule(
      'no-test-code',
      'what ships does not import specs, contracts of adapters or test support',
      { path: '^(apps|libs)/', pathNot: spec },
      { path: [spec, '^(test|bench)/'] },
    ),
    rule(
      'declared-packages',
      'what ships imports packages that package.json lists as dependencies',
      { path: '^(apps|libs)/', pathNot: spec },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    preserveSymlinks: true,
    exclude: { path: '^(dist|data|\\.cache)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default', 'node'],
      mainFields: ['main', 'types'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
  },
};
