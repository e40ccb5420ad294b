import { z } from 'zod';

const port = z.int().min(0).max(65_535);

/** Travels to the guardian as JSON. */
export const embeddedOptions = z.object({
  /** Absolute; made if need be. */
  dataDir: z.string(),
  /** Given: no PostgreSQL is started. */
  databaseUrl: z.string().optional(),
  /** Given: no Temporal is started. */
  temporalAddress: z.string().optional(),
  namespace: z.string(),
  /** Name → type; registered in the embedded Temporal. */
  searchAttributes: z.record(z.string(), z.enum(['Keyword', 'Datetime', 'Int'])),
  /** Of the servers; absent or 0: that of the run before, or any free one. */
  ports: z.object({ postgres: port, temporal: port, temporalUi: port }).partial().default({}),
  /** The data folder is removed at the end, and its data need not survive a crash of the machine. */
  throwAway: z.boolean().default(false),
  /** Timers fire within 20 ms instead of a second: for tests. */
  fastTimers: z.boolean().default(false),
});

export type EmbeddedOptions = z.input<typeof embeddedOptions>;
export type CheckedEmbeddedOptions = z.output<typeof embeddedOptions>;
