import { PlantedTree } from './planted-tree.js';
import type { Violation } from './planted-tree.js';

const ambient = {
  'the wall clock': 'export const at = Date.now();',
  'a date without an argument': 'export const at = new Date();',
  'Date as a function': 'export const at = Date();',
  'the clock by another name': 'const { now } = Date;\nexport const at = now();',
  'the high-resolution clock': 'export const at = performance.now();',
  'process.hrtime': 'export const at = process.hrtime.bigint();',
  'the time zone of the machine': 'export const hour = (at: Date) => at.getHours();',
  random: 'export const roll = Math.random();',
  'random by another name': 'const { random } = Math;\nexport const roll = random();',
  'a computed member of Math': "export const roll = Math['ran' + 'dom']();",
  'a random id': "import { randomUUID } from 'node:crypto';\nexport const id = randomUUID();",
  'all of node:crypto': "import * as crypto from 'node:crypto';\nexport const id = crypto.randomUUID();",
  'web crypto': 'export const id = crypto.randomUUID();',
  'the global object': 'export const id = globalThis.crypto.randomUUID();',
  'a timer': 'setTimeout(() => undefined, 5);',
  'an interval': 'setInterval(() => undefined, 5);',
  'an immediate': 'setImmediate(() => undefined);',
  'a timer in a signal': 'export const signal = AbortSignal.timeout(5);',
  'promised timers': "import { setTimeout as sleep } from 'node:timers/promises';\nexport { sleep };",
  'the environment': 'export const home = process.env.HOME;',
  'the environment by another name': 'const { env } = process;\nexport { env };',
  'the process module': "import { env } from 'node:process';\nexport { env };",
  'the machine': "import { hostname } from 'node:os';\nexport { hostname };",
};

const floatMoney = {
  'a field': 'export interface Fill {\n  price: number;\n}',
  'a field that may be missing': 'export interface Fill {\n  fee?: number | null;\n}',
  'a list': 'export interface Fill {\n  readonly fees: readonly number[];\n}',
  'a map': 'export interface Book {\n  balances: Map<string, number>;\n}',
  'a typed array': 'export interface Column {\n  prices: Float64Array;\n}',
  'a class field': 'export class Position {\n  private equity = 1.5;\n}',
  'a constructor parameter': 'export class Position {\n  constructor(readonly averagePrice: number) {}\n}',
  'a parameter': 'export const worth = (quantity: number) => quantity;',
  'a default': 'export function worth(notional = 0) {\n  return notional;\n}',
  'a result': 'export function pnl(): number {\n  return 1;\n}',
  'the result of a method': 'export class Position {\n  unrealisedPnl(): number {\n    return 1;\n  }\n}',
  'the result of an arrow': 'export const totalCost = (): number => 1;',
  'a port': 'export abstract class Fees {\n  abstract fee(): Promise<number>;\n}',
  'text made a float': "export const amount = Number('1.5');",
  parseFloat: "export const worth = parseFloat('1.5');",
};

const innocent = {
  'libs/risk/src/domain/integers.ts':
    'export interface Level {\n  priceTicks: number;\n  lots: number;\n  feeBps: number;\n  fills: number;\n  fee: bigint;\n}\n' +
    'export const price = 5n;\nexport const day = new Date(5).toISOString();\nexport const most = Math.max(1, 2);\n' +
    'export const read = (process: { env: string }) => process.env;\nexport const utc = Date.UTC(2026, 1);\n',
  'libs/risk/src/infrastructure/clock.ts':
    'export const at = Date.now();\nexport const price = Number(process.argv[2]);\n',
  'libs/backtest/src/domain/columns.ts':
    'export interface Columns {\n  price: Float64Array;\n  equity: number;\n}\n',
};

const others: [rule: string, file: string, text: string][] = [
  ['eslint(no-restricted-imports)', 'libs/risk/src/domain/nest.ts', "import '@nestjs/common';\n"],
  ['eslint(no-restricted-imports)', 'libs/risk/src/domain/outer.ts', "import '../infrastructure/x.js';\n"],
  ['eslint(no-restricted-imports)', 'libs/risk/src/application/orm.ts', "import 'typeorm';\n"],
  [
    'eslint(no-restricted-imports)',
    'libs/risk/src/application/deep.ts',
    "import '@sextant/kernel/src/side.js';\n",
  ],
  ['jest(no-focused-tests)', 'libs/risk/src/only.spec.ts', "it.only('is alone', () => expect(1).toBe(1));\n"],
  [
    'jest(no-disabled-tests)',
    'libs/risk/src/skip.spec.ts',
    "it.skip('is skipped', () => expect(1).toBe(1));\n",
  ],
  ['jest(expect-expect)', 'libs/risk/src/nothing.spec.ts', "it('cannot fail', () => undefined);\n"],
  ['eslint(no-console)', 'libs/risk/src/infrastructure/print.ts', "console.log('seen');\n"],
];

const planted = [
  ...plantEach('sextant(no-ambient)', 'libs/risk/src/domain/ambient', ambient),
  ...plantEach('sextant(no-ambient)', 'libs/risk/src/application/ambient', ambient),
  ...plantEach('sextant(no-float-money)', 'libs/risk/src/domain/money', floatMoney),
  ...plantEach('sextant(no-float-money)', 'libs/risk/src/application/money', floatMoney),
  ...others.map(([rule, file, text]) => ({ rule, what: file, file, text })),
];

function plantEach(rule: string, folder: string, cases: Record<string, string>) {
  return Object.entries(cases).map(([what, text], index) => ({
    rule,
    what: `${what} (${folder.split('/')[3]})`,
    file: `${folder}-${index}.ts`,
    text: `${text}\n`,
  }));
}

describe('the rules that one file can break', () => {
  let clean: { files: number; violations: Violation[] };
  let broken: Violation[];

  beforeAll(() => {
    const tree = new PlantedTree();
    try {
      clean = tree.lint();
      for (const [file, text] of Object.entries(innocent)) tree.plant(file, text);
      for (const { file, text } of planted) tree.plant(file, text);
      broken = tree.lint().violations;
    } finally {
      tree.remove();
    }
  }, 120_000);

  it('find nothing wrong with the tree as it is', () => {
    expect(clean.violations).toEqual([]);
    expect(clean.files).toBeGreaterThan(300);
  });

  it.each(planted)('$rule: $what', ({ rule, file }) => {
    expect(broken).toContainEqual({ rule, from: file });
  });

  it('are silent about integers, arguments, adapters and the columns of a backtest', () => {
    expect(broken.filter(({ from }) => Object.hasOwn(innocent, from))).toEqual([]);
  });
});
