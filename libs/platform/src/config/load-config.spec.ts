import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc } from '../../../../test/support/property.js';
import { ConfigMistakes } from './config-mistakes.js';
import type { Config } from './config.js';
import { loadConfig } from './load-config.js';

let directory: string;
let data: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sextant-config-'));
  data = join(directory, 'data');
  for (const name of ['default', 'development', 'production']) file(`${name}.yaml`, '');
});

afterEach(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function load(variables: Record<string, string> = {}): Config {
  return loadConfig({ variables: { SEXTANT_DATA_DIR: data, ...variables }, directory });
}

function mistakes(variables: Record<string, string> = {}): string[] {
  try {
    load(variables);
  } catch (error) {
    if (error instanceof ConfigMistakes)
      return error.mistakes.map((m) => `${m.key} (${m.source}): ${m.problem}`);
    throw error;
  }
  return [];
}

const POSTGRES_WITHOUT_ESCAPE = 'postgres://app:kT7-mQz2%zz@db/sextant';
const GOOD_KEY = 'vU7pQm2xTz9LkR4wYb8NcH5sJd1FgA6e';

it.each(['development', 'production'])('a password with a stray %% is a mistake in %s', (environment) => {
  const key = { SEXTANT__AUTH__CREDENTIALKEY: GOOD_KEY, SEXTANT__AUTH__TOKENKEY: GOOD_KEY };
  const found = mistakes({ ...key, SEXTANT_ENV: environment, DATABASE_URL: POSTGRES_WITHOUT_ESCAPE });
  expect(found).toContain(
    'database.url (DATABASE_URL): has a % in its name or password that begins no escape: write it as %25',
  );
});

describe('layers', () => {
  it('each wins over the ones below it, and the value says where it comes from', () => {
    file('default.yaml', 'marketData:\n  maxAgeMs: 1001');
    expect(load().get('marketData.maxAgeMs')).toBe(1001);
    file('development.yaml', 'marketData:\n  maxAgeMs: 1002');
    expect(load().get('marketData.maxAgeMs')).toBe(1002);
    const named = file('mine.json', '{ "marketData": { "maxAgeMs": 1003 } }');
    const second = file('second.yaml', 'marketData: { maxAgeMs: 1004 }');
    expect(load({ SEXTANT_CONFIG: named }).get('marketData.maxAgeMs')).toBe(1003);
    const both = { SEXTANT_CONFIG: `${named}, ${second}` };
    expect(load(both).get('marketData.maxAgeMs')).toBe(1004);
    const envFile = file('my.env', '# comment\nSEXTANT__MARKETDATA__MAXAGEMS=1005\nUNRELATED=1\n');
    const withEnvFile = { ...both, SEXTANT_ENV_FILES: envFile };
    expect(load(withEnvFile).get('marketData.maxAgeMs')).toBe(1005);
    const all = load({ ...withEnvFile, SEXTANT__MARKETDATA__MAXAGEMS: '1006' });
    expect(all.get('marketData.maxAgeMs')).toBe(1006);
    expect(all.sourceOf('marketData.maxAgeMs')).toBe('SEXTANT__MARKETDATA__MAXAGEMS');
    expect(load(withEnvFile).sourceOf('marketData.maxAgeMs')).toBe(
      `${envFile}: SEXTANT__MARKETDATA__MAXAGEMS`,
    );
    expect(load(both).sourceOf('marketData.maxAgeMs')).toMatch(/second\.yaml:1$/);
  });

  it('a line of an env file that is no assignment is a mistake, named with file and line', () => {
    const lines = [
      '# fine',
      '',
      'export A=1',
      'B = "two',
      'lines # and=more"',
      'PORT 3000',
      "C='x'",
      'D="',
      'nonsense',
    ];
    const path = file('stray.env', lines.join('\n'));
    const problem = 'is not NAME=value, and no comment either';
    expect(mistakes({ SEXTANT_ENV_FILES: path })).toEqual([
      `line (${path}:6): ${problem}`,
      `line (${path}:9): ${problem}`,
    ]);
  });

  it('the highest layer that states a key decides, whatever the others state', () => {
    const layers = fc.record({
      default: fc.option(fc.integer({ min: 100, max: 9999 }), { nil: null }),
      environment: fc.option(fc.integer({ min: 100, max: 9999 }), { nil: null }),
      named: fc.option(fc.integer({ min: 100, max: 9999 }), { nil: null }),
      envFile: fc.option(fc.integer({ min: 100, max: 9999 }), { nil: null }),
      variable: fc.option(fc.integer({ min: 100, max: 9999 }), { nil: null }),
    });
    const yaml = (value: number | null): string =>
      value === null ? '' : `marketData:\n  maxAgeMs: ${value}\n`;
    fc.assert(
      fc.property(layers, (stated) => {
        file('default.yaml', yaml(stated.default));
        file('development.yaml', yaml(stated.environment));
        const config = load({
          SEXTANT_CONFIG: file('named.yaml', yaml(stated.named)),
          SEXTANT_ENV_FILES: file(
            'named.env',
            stated.envFile === null ? '' : `SEXTANT__MARKETDATA__MAXAGEMS=${stated.envFile}`,
          ),
          SEXTANT__MARKETDATA__MAXAGEMS: stated.variable === null ? '' : String(stated.variable),
        });
        const expected =
          stated.variable ?? stated.envFile ?? stated.named ?? stated.environment ?? stated.default ?? 5000;
        expect(config.get('marketData.maxAgeMs')).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('takes the plain variables', () => {
    const config = load({ PORT: '4000', HOST: '127.0.0.2', REDIS_URL: 'redis://localhost:6379' });
    expect(config.get('http.port')).toBe(4000);
    expect(config.get('http.host')).toBe('127.0.0.2');
    expect(config.get('redis.url')).toBe('redis://localhost:6379');
    expect(config.get('data.directory')).toBe(data);
    expect(config.isPinned('http.port')).toBe(true);
    expect(config.isPinned('http.swagger')).toBe(false);
  });

  it('matches a variable without regard to case and single underscores', () => {
    expect(load({ sextant__marketData__max_age_ms: '1234' }).get('marketData.maxAgeMs')).toBe(1234);
  });

  it('keeps a decimal of a file as it is written, not as a float', () => {
    file('default.yaml', 'telemetry:\n  traceRatio: 0.100000000000000001');
    expect(load().get('telemetry.traceRatio')).toBe('0.100000000000000001');
  });

  it('takes the environment from SEXTANT_ENV, then NODE_ENV, then development', () => {
    expect(load().environment).toBe('development');
    expect(load({ NODE_ENV: 'production' }).environment).toBe('production');
    expect(load({ NODE_ENV: 'production', SEXTANT_ENV: 'development' }).environment).toBe('development');
  });
});

describe('mistakes', () => {
  it.each(['redis://a,b/0', 'rediss://cache?sentinelMasterId=desk', 'redis://cache/zero'])(
    'says that %s is not one Redis server',
    (url) => {
      expect(mistakes({ REDIS_URL: url })).toEqual([
        expect.stringMatching(
          /^redis\.url \(REDIS_URL\): must name one server, .* clusters are not supported$/,
        ),
      ]);
    },
  );

  it('says which schemes of a Redis there are', () => {
    expect(mistakes({ REDIS_URL: 'redis+sentinel://a:26379/desk' })).toEqual([
      'redis.url (REDIS_URL): must be a URL that begins with redis:// or rediss://',
    ]);
  });

  it('are all named at once, each with key, source and what is allowed', () => {
    file('development.yaml', 'app:\n  logLevel: LOUD\n  debug: maybe\nhttp:\n  prot: 3000\n');
    expect(
      mistakes({ PORT: '99999', SEXTANT__TELEMETRY__TRACERATIO: '1e-2', DATABASE_URL: 'mysql://x' }),
    ).toEqual([
      'app.logLevel (config/development.yaml:2): must be one of DEBUG, INFO, WARN, ERROR',
      'app.debug (config/development.yaml:3): must be true or false',
      'http.prot (config/development.yaml:5): there is no such key; http.port is the nearest',
      'http.port (PORT): must be a whole number from 0 to 65535',
      'telemetry.traceRatio (SEXTANT__TELEMETRY__TRACERATIO): must be a decimal in plain notation from 0 to 1',
      'database.url (DATABASE_URL): must be a URL that begins with postgres:// or postgresql://',
    ]);
  });

  it('do not repeat a secret value', () => {
    const text = mistakes({ DATABASE_URL: 'mysql://root:hunter2-hunter2@x', NODE_ENV: 'production' }).join(
      '\n',
    );
    expect(text).toContain('database.url');
    expect(text).not.toContain('hunter2');
  });

  it('refuses a variable that looks like ours and is none', () => {
    expect(
      mistakes({ SEXTANT__MARKETDATA__MAXAGE: '1', SEXTANT_MARKETDATA_MAXAGEMS: '1', SEXTANT_TEST_X: '1' }),
    ).toEqual([
      'MARKETDATA.MAXAGE (SEXTANT__MARKETDATA__MAXAGE): there is no such key; marketData.maxAgeMs is the nearest',
      'SEXTANT_MARKETDATA_MAXAGEMS (SEXTANT_MARKETDATA_MAXAGEMS): there is no such key; marketData.maxAgeMs is the nearest',
    ]);
  });

  it("leaves a client's key alone, which the shell that follows the README has set", () => {
    expect(load({ SEXTANT_API_KEY: 'sx_abc_def' }).get('http.port')).toBe(load({}).get('http.port'));
  });

  it('refuses two variables of one key that differ, and takes two that agree', () => {
    expect(mistakes({ PORT: '1', SEXTANT__HTTP__PORT: '2' })).toEqual([
      'http.port (SEXTANT__HTTP__PORT): differs from PORT, which means the same key',
    ]);
    expect(load({ PORT: '1', SEXTANT__HTTP__PORT: '1' }).get('http.port')).toBe(1);
  });

  it('names the line of broken YAML and a file that is missing', () => {
    const broken = file('broken.yaml', 'app:\n  debug: [');
    const twice = file('twice.yaml', 'app:\n  debug: true\n  debug: false\n');
    const [first, second, third] = mistakes({ SEXTANT_CONFIG: `${broken},${twice},/nowhere.yaml` });
    expect(first).toMatch(/broken\.yaml:\d.*not valid YAML/);
    expect(second).toMatch(/twice\.yaml:3.*DUPLICATE_KEY/);
    expect(third).toMatch(/nowhere\.yaml\): cannot be read \(ENOENT\)/);
  });

  it('refuses an environment nobody described', () => {
    expect(mistakes({ SEXTANT_ENV: 'prod' })).toEqual([
      'prod (SEXTANT_ENV or NODE_ENV): no such environment; there are development, production',
    ]);
    expect(mistakes({ SEXTANT_ENV: '../../etc' })[0]).toContain('no such environment');
  });

  it('refuses an address others can reach unless that is allowed', () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.4', 'example.org']) {
      expect(mistakes({ HOST: host })).toEqual([
        expect.stringMatching(/^http\.host \(HOST\): others could reach/),
      ]);
      expect(load({ HOST: host, SEXTANT__HTTP__ALLOWNONLOOPBACK: 'true' }).get('http.host')).toBe(host);
    }
    for (const host of ['127.0.0.1', '127.8.8.8', 'localhost', '::1'])
      expect(load({ HOST: host }).get('http.host')).toBe(host);
  });

  it('refuses half a venue key, two sources of master keys, and own endpoints in production', () => {
    expect(mistakes({ BINANCE_API_KEY: 'a key without its secret' })).toEqual([
      expect.stringMatching(/^exchange\.binance\.apiSecret .*one of them is missing/),
    ]);
    const ring = file('ring', 'x'.repeat(40));
    expect(mistakes({ SEXTANT_VAULT_KEY: 'k'.repeat(40), SEXTANT_VAULT_KEY_FILE: ring })).toEqual([
      expect.stringMatching(/^exchange\.vault\.keyFile .*set one of them/),
    ]);
    const own = { SEXTANT__EXCHANGE__ALLOWCUSTOMENDPOINTS: 'true' };
    expect(mistakes(own)).toEqual([]);
    expect(mistakes({ SEXTANT_ENV: 'production', ...own })).toEqual([
      expect.stringMatching(/^exchange\.allowCustomEndpoints .*refused in production/),
    ]);
  });

  it('refuses a pool whose least is above its most', () => {
    expect(mistakes({ SEXTANT__DATABASE__POOLMIN: '60' })).toEqual([
      'database.poolMin (SEXTANT__DATABASE__POOLMIN): must not be above database.poolMax',
    ]);
  });
});

describe('secrets', () => {
  const production = { NODE_ENV: 'production' };

  it('are made at the first start, kept for the owner only, and found again', () => {
    const first = load().get('auth.jwtKey');
    const path = join(data, 'secrets', 'auth.jwtKey');
    expect(first).toHaveLength(43);
    expect(readFileSync(path, 'utf8')).toBe(first);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(load(production).get('auth.jwtKey')).toBe(first);
    expect(load().get('internal.forwardingSecret')).not.toBe(first);
    expect(load().sourceOf('auth.jwtKey')).toBe(`generated: ${path}`);
  });

  it('are refused when others may read the file', () => {
    load();
    chmodSync(join(data, 'secrets', 'auth.jwtKey'), 0o644);
    expect(mistakes()).toEqual([
      expect.stringMatching(/^auth\.jwtKey \(generated\): others may read .*chmod 600/),
    ]);
  });

  it('must be configured where several processes share a database', () => {
    const shared = { ...production, DATABASE_URL: 'postgres://db.internal/sextant' };
    const refused = mistakes(shared);
    for (const key of ['auth.jwtKey', 'internal.forwardingSecret']) {
      const variable = `SEXTANT__${key.toUpperCase().replace('.', '__')}`;
      expect(refused).toContain(`${key} (${variable}): must be set: all processes of this database share it`);
    }
    expect(existsSync(data)).toBe(false);
  });

  it('come from a file by a variable that ends in _FILE', () => {
    const path = file('jwt', `${GOOD_KEY}\n`);
    const url = file('url', 'postgres://app:kT7-mQz2-Lw9v@db/sextant');
    const config = load({ SEXTANT__AUTH__JWTKEY_FILE: path, DATABASE_URL_FILE: url });
    expect(config.get('auth.jwtKey')).toBe(GOOD_KEY);
    expect(config.get('database.url')).toBe('postgres://app:kT7-mQz2-Lw9v@db/sextant');
    expect(mistakes({ SEXTANT__HTTP__PORT_FILE: path })).toEqual([
      'http.port (SEXTANT__HTTP__PORT_FILE): only a secret may be given as a file',
    ]);
    expect(mistakes({ SEXTANT__AUTH__JWTKEY_FILE: '/nowhere' })).toEqual([
      'auth.jwtKey (SEXTANT__AUTH__JWTKEY_FILE): the file it names cannot be read (ENOENT)',
    ]);
  });

  it.each([
    'secret',
    'changeme',
    'change-me-change-me-change-me-change-me',
    'somethingrandom',
    'your-256-bit-secret-your-256-bit-secret',
    'super-secret-jwt-key-super-secret-jwt-key'.slice(0, 31),
    'supersecret-supersecret-supersecret-supersecret',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    '1234567890123456789012345678901234567890',
    'example-key-example-key-example-key-example',
  ])('outside development the key %p is refused', (text) => {
    const refused = mistakes({ ...production, SEXTANT__AUTH__JWTKEY: text });
    expect(refused).toEqual([
      expect.stringMatching(/^auth\.jwtKey \(SEXTANT__AUTH__JWTKEY\): .*outside development/),
    ]);
    expect(load({ SEXTANT__AUTH__JWTKEY: text }).get('auth.jwtKey')).toBe(text);
  });

  it.each(['postgres', 'password', 'changeme1', 'short', '12345678'])(
    'outside development the database password %p is refused',
    (password) => {
      const refused = mistakes({
        ...production,
        DATABASE_URL: `postgres://app:${password}@db/sextant`,
      });
      expect(refused).toContainEqual(expect.stringMatching(/^database\.url \(DATABASE_URL\): has a/));
    },
  );

  it('random keys pass', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 48 }), (bytes) => {
        fc.pre(new Set(bytes).size > 20);
        const key = Buffer.from(bytes).toString('base64');
        expect(load({ ...production, SEXTANT__AUTH__JWTKEY: key }).get('auth.jwtKey')).toBe(key);
      }),
      { numRuns: 50 },
    );
  });

  it('are never shown', () => {
    mkdirSync(data, { recursive: true });
    const shown = load({
      SEXTANT__AUTH__JWTKEY: GOOD_KEY,
      DATABASE_URL: 'postgres://app:kT7-mQz2-Lw9v@db/sextant',
    }).effective();
    expect(shown.find(({ key }) => key === 'auth.jwtKey')).toMatchObject({
      value: '***',
      source: 'SEXTANT__AUTH__JWTKEY',
    });
    expect(shown.find(({ key }) => key === 'database.url')?.value).toBe('postgres://***@db/sextant');
    expect(JSON.stringify(shown)).not.toMatch(/kT7|vU7/);
  });
});
