/** Nothing of ours that PostgreSQL would take for a setting, and no language but the neutral one. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}
