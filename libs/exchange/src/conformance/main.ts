import { conformanceCommand } from './conformance-command.js';

const write = (text: string) => void process.stdout.write(text);
// The platform's timers hold no process: a pause before the next attempt at a venue that is not there would be its end.
const hold = setInterval(() => undefined, 60_000);
const code = await conformanceCommand(process.argv.slice(2), process.env, write);
clearInterval(hold);
process.exitCode = code;
// All of ours is closed; an adapter of somebody else's may leave something open, and the report is out.
process.stdout.write('', () => process.exit(code));
