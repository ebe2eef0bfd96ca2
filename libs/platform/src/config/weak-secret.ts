/** Texts that stand in examples, tutorials and defaults of others; compared without case, digits at the end and signs. */
const EXAMPLES = [
  'admin',
  'changeit',
  'changeme',
  'default',
  'demo',
  'example',
  'guest',
  'insecure',
  'letmein',
  'mysecret',
  'passw',
  'placeholder',
  'postgres',
  'qwerty',
  'replace',
  'root',
  'secret',
  'sextant',
  'somethingrandom',
  'supersecret',
  'test',
  'trading',
  'your',
];

const FEWEST_DIFFERENT = 10;
const SHORTEST_PASSWORD = 8;

/** Why a key must not protect anything, or null when it may. `minLength` comes from the schema. */
export function weaknessOfKey(text: string, minLength: number): string | null {
  if (text.length < minLength)
    return `is too short: at least ${minLength} characters, such as \`openssl rand -base64 32\``;
  if (looksLikeExample(text)) return 'is an example or default value';
  const different = new Set(text).size;
  if (different < FEWEST_DIFFERENT) return `is too regular: only ${different} different characters`;
  return null;
}

/** Why name or password of a connection URL cannot be read, or null. */
export function malformationOfUrl(text: string): string | null {
  const { username, password } = new URL(text);
  if (decoded(username) !== null && decoded(password) !== null) return null;
  return 'has a % in its name or password that begins no escape: write it as %25';
}

/** Why a connection URL's password is refused, or null. A URL without one (certificate, socket, trust) passes. */
export function weaknessOfUrl(text: string): string | null {
  const password = decoded(new URL(text).password);
  if (password === null || password === '') return null;
  if (password.length < SHORTEST_PASSWORD) return `has a password under ${SHORTEST_PASSWORD} characters`;
  return looksLikeExample(password) ? 'has an example or default password' : null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** An example stays one with digits, signs or repetition added: `ChangeMe-123`, `secret_secret_secret`. */
function looksLikeExample(text: string): boolean {
  const words = text
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
  const telling = words.filter((word) => word.length > 2);
  if (telling.length === 0) return /^[\d\W_]*$/.test(text) && /^(0123|1234|0000|1111)/.test(text);
  const letters = telling.reduce((sum, word) => sum + word.length, 0);
  const fromExamples = telling
    .filter((word) => EXAMPLES.some((example) => word.startsWith(example) || word.endsWith(example)))
    .reduce((sum, word) => sum + word.length, 0);
  return fromExamples * 2 > letters;
}
