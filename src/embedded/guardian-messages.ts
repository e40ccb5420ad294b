import { z } from 'zod';
import { embeddedOptions } from './embedded-options.ts';

/** To the guardian. Its parent's end, by whatever cause, means the same as `stop`. */
export const toGuardian = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), options: embeddedOptions }),
  z.object({ type: z.literal('stop') }),
]);

/** Undefined: not started here, because an address was given. */
const addresses = z.object({
  databaseUrl: z.string().optional(),
  temporalAddress: z.string().optional(),
  temporalUiUrl: z.string().optional(),
});

export const fromGuardian = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), text: z.string() }),
  z.object({ type: z.literal('ready'), addresses }),
  /** It did not start, or a server ended by itself; the guardian stops the rest and ends. */
  z.object({ type: z.literal('failed'), name: z.string(), message: z.string() }),
]);

export type ToGuardian = z.input<typeof toGuardian>;
export type FromGuardian = z.infer<typeof fromGuardian>;
export type StartedAddresses = z.infer<typeof addresses>;
