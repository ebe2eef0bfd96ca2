import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/**
 * Preloaded with `--import`: writes the URL of every module that the process loads to the file that
 * SEXTANT_TEST_MODULES names, one a line, when it ends.
 */
const urls: string[] = [];
registerHooks({
  load(url, context, nextLoad) {
    urls.push(url);
    return nextLoad(url, context);
  },
});
process.once('exit', () => writeFileSync(process.env['SEXTANT_TEST_MODULES']!, `${urls.join('\n')}\n`));
