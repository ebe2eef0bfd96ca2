/** Lets the clean-up of global-setup.mjs begin and waits for it. */
export default async function globalTeardown() {
  const warden = globalThis.sextantTestWarden;
  if (warden === undefined) return;
  const gone = new Promise((resolve) => warden.once('exit', resolve));
  warden.ref();
  warden.stdin.end('done\n');
  await gone;
}
