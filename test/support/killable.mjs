// The entry of a fault test: a built program that dies at a step of the order path. `killable.mjs api`, with
// CHAOS_KILL=K8:2 for the second time that K8 is reached; CHAOS_KILL=K8:2:STOP stops it there until somebody sends
// SIGCONT, and says so on stderr before. Nothing in the product knows of it.
import { writeSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const app = process.argv[2] === 'worker' ? 'worker' : 'api';
const [step, count = '1', how = 'KILL'] = (process.env.CHAOS_KILL ?? '').split(':');
let left = Number(count);
// With CHAOS_ARM the count begins when SIGUSR2 comes: what is set up before is not what the test is about.
let armed = process.env.CHAOS_ARM === undefined;
process.on('SIGUSR2', () => (armed = true));

/** Ends the process the way a power cut does, or has it sleep. */
const killPoint = {
  reach(reached) {
    if (reached !== step || !armed) return;
    left -= 1;
    if (left !== 0) return;
    if (how === 'STOP') writeSync(2, `stopped at ${step}\n`);
    process.kill(process.pid, how === 'STOP' ? 'SIGSTOP' : 'SIGKILL');
  },
};

const source = path.join(import.meta.dirname, '..', '..', 'dist', 'apps', app, 'src', `run-${app}.js`);
const { runApi, runWorker } = await import(pathToFileURL(source).href);
await (runApi ?? runWorker)({ killPoint });
