const WHOLE_WORD =
  /(^|_)(price|quantit(y|ie)|amount|fee|cost|notional|balance|pnl|equit(y|ie)|proceed|commission|profit)s?$/i;
const LAST_WORD =
  /(Price|Quantit(y|ie)|Amount|Fee|Cost|Notional|Balance|Pnl|PnL|Equit(y|ie)|Proceed|Commission|Profit)s?$/;

/**
 * Money, prices and quantities are value types, text, BigInt units, or integer ticks and lots that say so in their
 * name. A JavaScript number under a money name is a float waiting to round.
 */
export const noFloatMoney = {
  meta: { type: 'problem', docs: { description: 'no number under the name of money' } },
  create(context) {
    const check = (node, name, type) => {
      if (!isMoneyName(name) || !holdsNumber(type)) return;
      context.report({
        node,
        message: `\`${name}\` is money and must not be a number: a value type, BigInt units, ticks or lots.`,
      });
    };
    const variable = (node) => check(node, node.name, node.typeAnnotation?.typeAnnotation);
    const member = (node) => {
      const type = node.typeAnnotation?.typeAnnotation;
      check(node, keyOf(node), type === undefined && isFloat(node.value) ? NUMBER : type);
    };
    const returned = (node, name) => check(node, name, node.returnType?.typeAnnotation);
    return {
      Identifier: variable,
      PropertyDefinition: member,
      TSPropertySignature: member,
      AccessorProperty: member,
      TSMethodSignature: (node) => returned(node, keyOf(node)),
      MethodDefinition: (node) => returned(node.value, keyOf(node)),
      TSAbstractMethodDefinition: (node) => returned(node.value, keyOf(node)),
      FunctionDeclaration: (node) => returned(node, node.id?.name),
      VariableDeclarator(node) {
        if (node.id.type === 'Identifier' && isFloat(node.init)) check(node, node.id.name, NUMBER);
        if (/Function/.test(node.init?.type ?? '')) returned(node.init, node.id.name);
      },
      AssignmentPattern(node) {
        if (node.left.type === 'Identifier' && isFloat(node.right)) check(node, node.left.name, NUMBER);
      },
      CallExpression(node) {
        const callee = node.callee.property?.name ?? node.callee.name;
        if (callee === 'parseFloat')
          context.report({ node, message: 'parseFloat reads money as a float: parseScaled.' });
      },
    };
  },
};

const NUMBER = { type: 'TSNumberKeyword' };

/** The last word counts: `lastPrice` is money, `priceTicks` and `feeBps` name an integer unit. */
function isMoneyName(name) {
  return name !== undefined && (WHOLE_WORD.test(name) || LAST_WORD.test(name));
}

function keyOf(node) {
  return node.key.name ?? (typeof node.key.value === 'string' ? node.key.value : undefined);
}

/** True when a value of the type can be, hold, or return a number. */
function holdsNumber(type) {
  switch (type?.type) {
    case 'TSNumberKeyword':
      return true;
    case 'TSUnionType':
    case 'TSIntersectionType':
      return type.types.some(holdsNumber);
    case 'TSArrayType':
      return holdsNumber(type.elementType);
    case 'TSTupleType':
      return type.elementTypes.some(holdsNumber);
    case 'TSTypeOperator':
    case 'TSOptionalType':
    case 'TSRestType':
      return holdsNumber(type.typeAnnotation);
    case 'TSTypeReference':
      return holdsNumberReference(type);
    case 'TSFunctionType':
      return holdsNumber(type.returnType?.typeAnnotation);
    default:
      return false;
  }
}

function holdsNumberReference(type) {
  if (/^Float(32|64)Array$|^Number$/.test(type.typeName.name ?? '')) return true;
  const parameters = type.typeArguments?.params ?? [];
  // The key of a map is not its value.
  return (parameters.length === 2 ? parameters.slice(1) : parameters).some(holdsNumber);
}

/** `1.5`, `Number(text)`, `+text`: a float without a type beside it. */
function isFloat(init) {
  if (init?.type === 'Literal') return typeof init.value === 'number';
  if (init?.type === 'UnaryExpression') return init.operator === '+';
  return init?.type === 'CallExpression' && init.callee.name === 'Number';
}
