import { conformanceCommand } from './conformance-command.js';

const write = (text: string) => void process.stdout.write(text);
process.exitCode = await conformanceCommand(process.argv.slice(2), process.env, write);
