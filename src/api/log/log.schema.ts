import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../http/paging.ts';
import { flag, idQuery, instant, searchText } from '../http/common.ts';

const LevelSchema = z.enum(['info', 'warning', 'error']);

const LogEntrySchema = z
  .object({
    id: z.int(),
    at: instant,
    level: LevelSchema,
    mailboxId: z.int().nullable(),
    mailbox: z.string().nullable(),
    messageId: z.int().nullable().describe('ID of the message, as in /messages/{id}.'),
    operation: z.string(),
    ticketNumber: z.string().nullable(),
    who: z.string(),
    whoKind: z
      .enum(['user', 'token', 'command', 'mail', 'system', 'unknown'])
      .describe(
        'What `who` names: only this tells a user from a program, a sender or the agent, whatever the name. `unknown`: nobody who was let in.',
      ),
    result: z.string(),
    reason: z.string().nullable(),
  })
  .openapi('LogEntry');

export const LogPageSchema = pageOf(LogEntrySchema).openapi('LogPage');

const logFilterQuery = {
  mailbox: idQuery.optional().describe('ID of the mailbox.'),
  message: idQuery.optional().describe('ID of the message.'),
  ticket: searchText.toUpperCase().optional().describe('Ticket number.'),
  level: LevelSchema.optional(),
  operation: searchText.optional(),
  audit: flag.optional().describe('Only actions of users and programs through the API, and sign-ins.'),
  text: searchText.optional().describe('Matches part of the author, result or reason.'),
};

export const logQuery = z.strictObject({
  ...pageQuery,
  ...logFilterQuery,
  from: z.iso.datetime({ offset: true }).optional().describe('Inclusive.'),
  until: z.iso.datetime({ offset: true }).optional().describe('Exclusive.'),
});

export const logStreamQuery = z.strictObject(logFilterQuery);

export const logStreamHeaders = z.object({
  'last-event-id': z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .optional()
    .openapi({
      type: 'string',
      description: 'Continues after this entry. Without it, the stream starts with the next entry.',
    }),
});
