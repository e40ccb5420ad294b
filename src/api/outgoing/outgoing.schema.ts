import { z } from '@hono/zod-openapi';
import { instant } from '../http/common.ts';

export const OutgoingSchema = z
  .object({
    smtp: z.object({ host: z.string(), port: z.int() }).nullable().describe('The server of SMTP_URL; null: not set.'),
    troubles: z
      .array(
        z.object({
          way: z.string().describe('`smtp`, or `mailbox/` and the id of a mailbox that sends for itself.'),
          detail: z.string().describe('What went wrong, and what to do.'),
          since: instant,
          failures: z.int().describe('In a row.'),
          restsUntil: instant.nullable().describe('Nothing is sent this way before; null: it is tried now.'),
        }),
      )
      .describe('Ways that take nothing from us at the moment, whoever is the recipient: the mails are kept.'),
    warnings: z
      .array(z.object({ code: z.string(), message: z.string(), remedy: z.string() }))
      .describe('`no_way_out`, `outgoing_refused`, `password_sign_in_ends`.'),
  })
  .openapi('Outgoing');
export type OutgoingView = z.output<typeof OutgoingSchema>;
