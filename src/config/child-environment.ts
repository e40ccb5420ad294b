/** Ours, or read by the `temporal` program as defaults for its own flags. */
const ours = /^(TSA_|TEMPORAL_|DATABASE_URL$|SMTP_URL$)/;

/** The environment for a program that we start: without our settings and secrets, with `extra`. */
export const childEnvironment = (extra: Readonly<Record<string, string>> = {}): Record<string, string | undefined> => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name))),
  ...extra,
});
