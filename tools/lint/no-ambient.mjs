const MODULES = /^(node:)?(timers|timers\/promises|perf_hooks|process|os|worker_threads|child_process)$/;
const CRYPTO = /^(node:)?crypto$/;
const PURE_CRYPTO = new Set(['createHash', 'createHmac', 'timingSafeEqual']);
const GLOBALS = {
  process: 'environment',
  performance: 'clock',
  crypto: 'random',
  globalThis: 'global',
  global: 'global',
  setTimeout: 'timer',
  setInterval: 'timer',
  setImmediate: 'timer',
};
const OF_THE_MACHINE =
  /^(getTimezoneOffset|(get|set)(FullYear|Month|Date|Day|Hours|Minutes|Seconds)|toLocale(Date|Time)?String)$/;

/**
 * Time, random, timers and the environment reach domain and application code as arguments or through the ports
 * `Clock`, `Ids` and `Timers`; otherwise a replay of the same inputs decides differently.
 */
export const noAmbient = {
  meta: { type: 'problem', docs: { description: 'no ambient clock, random, timer or environment' } },
  create(context) {
    const report = (node, what) =>
      context.report({
        node,
        message: `Ambient ${what}: use the Clock, Ids or Timers port, or an argument.`,
      });
    return {
      ImportDeclaration(node) {
        const source = node.source.value;
        if (MODULES.test(source)) report(node, `module ${source}`);
        if (!CRYPTO.test(source)) return;
        for (const specifier of node.specifiers) {
          if (!PURE_CRYPTO.has(specifier.imported?.name))
            report(specifier, `random (${specifier.local.name})`);
        }
      },
      ImportExpression(node) {
        const source = node.source.value;
        if (MODULES.test(source) || CRYPTO.test(source)) report(node, `module ${source}`);
      },
      MemberExpression(node) {
        if (OF_THE_MACHINE.test(nameOf(node))) report(node, `time zone or locale (${nameOf(node)})`);
      },
      'Program:exit'(node) {
        for (const { identifier } of globalsOf(context.sourceCode, node)) {
          const what = ambience(identifier);
          if (what !== null) report(identifier, `${what} (${identifier.name})`);
        }
      },
    };
  },
};

/** References to names that no scope of the file declares. */
function globalsOf(sourceCode, program) {
  const scope = sourceCode.scopeManager?.globalScope ?? sourceCode.getScope(program);
  const declared = [...scope.set.values()].filter((variable) => variable.defs.length === 0);
  return [...scope.through, ...declared.flatMap((variable) => variable.references)];
}

function ambience({ name, parent }) {
  if (parent.type.startsWith('TS')) return null;
  if (Object.hasOwn(GLOBALS, name)) return GLOBALS[name];
  if (name === 'Math') return isMember(parent) && nameOf(parent) !== 'random' ? null : 'random';
  if (name === 'AbortSignal') return isMember(parent) && nameOf(parent) === 'timeout' ? 'timer' : null;
  if (name !== 'Date') return null;
  if (parent.type === 'NewExpression') return parent.arguments.length > 0 ? null : 'clock';
  if (parent.type === 'BinaryExpression' && parent.operator === 'instanceof') return null;
  return isMember(parent) && ['UTC', 'parse'].includes(nameOf(parent)) ? null : 'clock';
}

function isMember(node) {
  return node.type === 'MemberExpression' && nameOf(node) !== '';
}

/** The property's name, or '' when it is computed. */
function nameOf({ computed, property }) {
  if (!computed) return property.name ?? '';
  return typeof property.value === 'string' ? property.value : '';
}
