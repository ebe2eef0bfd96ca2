import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './planted-tree.js';

function json(file: string): Record<string, any> {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8'));
}

describe('settings that must say the same', () => {
  const aliases: Record<string, string[]> = json('tsconfig.base.json').compilerOptions.paths;

  it('the aliases of the type check and of the build, which leaves out test support', () => {
    const { '@sextant/testing': _, ...built } = aliases;
    expect(json('.swcrc').jsc.paths).toEqual(built);
  });

  it('an alias opens the door of a lib and nothing behind it', () => {
    for (const [alias, targets] of Object.entries(aliases)) {
      const lib = alias.replace('@sextant/', '');
      expect(targets).toEqual([lib === 'testing' ? './test/support/index.ts' : `./libs/${lib}/src/index.ts`]);
    }
  });

  it('each lib has its alias and its door', () => {
    const libs = readdirSync(path.join(root, 'libs'));
    expect(Object.keys(aliases)).toEqual(expect.arrayContaining(libs.map((lib) => `@sextant/${lib}`)));
    expect(libs.filter((lib) => !existsSync(path.join(root, 'libs', lib, 'src/index.ts')))).toEqual([]);
  });

  it('versions in package.json are exact', () => {
    const { dependencies, devDependencies, optionalDependencies } = json('package.json');
    const versions = Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(
      versions.filter((version) => !/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version))),
    ).toEqual([]);
  });

  it('the lock names the packages of every platform and no address', () => {
    const run = spawnSync(process.execPath, [path.join(root, 'tools/complete-lock.mjs'), '--check'], {
      encoding: 'utf8',
    });
    expect([run.stderr, run.status]).toEqual(['', 0]);
  });
});
