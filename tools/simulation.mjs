// `node tools/simulation.mjs --schedules 100000 --seed 7`: the order path under seeded faults, as long as you like, on
// the pinned Node and from the sources. A schedule that does not hold is shrunk and printed.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, pinnedNode, root, say } from './bootstrap.mjs';
import { runInForeground } from './foreground.mjs';

try {
  await ensureInstalled();
  const loader = pathToFileURL(path.join(root, 'test', 'processes', 'typescript-loader.mjs')).href;
  const main = path.join(root, 'test', 'simulation', 'main.ts');
  process.exitCode = await runInForeground(pinnedNode(), [
    '--import',
    loader,
    '--enable-source-maps',
    main,
    ...process.argv.slice(2),
  ]);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
