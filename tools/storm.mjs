// `npm run storm -- --schedules <n> --seed <n>`: the built system through bad days, built when needed, on the pinned
// Node. What this file says goes to stderr: stdout is the storm's alone.
import path from 'node:path';
import { ensureBuilt, ensureInstalled, pinnedNode, root, say } from './bootstrap.mjs';
import { runInForeground } from './foreground.mjs';

try {
  await ensureInstalled();
  const node = pinnedNode();
  await ensureBuilt();
  const loader = path.join(root, 'test', 'processes', 'typescript-loader.mjs');
  const main = path.join(root, 'test', 'storm', 'main.ts');
  process.exitCode = await runInForeground(node, [
    '--no-warnings',
    '--import',
    loader,
    main,
    ...process.argv.slice(2),
  ]);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
