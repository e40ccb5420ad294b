import { z } from '@hono/zod-openapi';
import { dispositions, quarantineReasons, rejectionReasons } from '../../domain/messages/disposition.ts';
import { senderAuthentications } from '../../domain/mailboxes/sender-authentication.ts';
import { pageOf, pageQuery } from '../http/paging.ts';
import { DispositionSchema, idQuery, instant, DiagnosticSchema, orNull, searchText, words } from '../http/common.ts';

const ReasonSchema = z.enum([...rejectionReasons, ...quarantineReasons, 'same_message']).openapi('Reason');

export const MessageSchema = z
  .object({
    id: z.int(),
    mailboxId: z.int(),
    mailbox: z.string().describe('Name of the mailbox.'),
    protocolId: z.string().describe('IMAP UIDVALIDITY:UID, POP3 UIDL or Graph immutable id.'),
    size: z.int().describe('Octets.'),
    oversized: z.boolean().describe('Larger than its mailbox takes: stored, never parsed.'),
    arrivedAt: instant.describe('By the server’s word; otherwise `receivedAt`.'),
    receivedAt: instant.describe('When it was stored here.'),
    attempts: z.int(),
    nextAttemptAt: instant.nullable(),
    lastError: z.string().nullable(),
    messageId: z.string().nullable().describe('The Message-ID header field.'),
    from: z.string().nullable(),
    senderAuthentication: z
      .enum(senderAuthentications)
      .nullable()
      .describe('Whether the From line was proved; null before the message was handled.'),
    subject: z.string().nullable(),
    disposition: orNull(DispositionSchema).describe('Null while it is not yet handled.'),
    reason: orNull(ReasonSchema),
    explanation: z.string().nullable(),
    notices: z.array(DiagnosticSchema).readonly().describe('Warnings and errors of the instruction.'),
    ticketNumber: z.string().nullable(),
    handledAt: instant.nullable(),
    removedAt: instant.nullable().describe('When it left the inbox; null while it is there, as far as is known.'),
    removalError: z.string().nullable(),
    releasedAt: instant.nullable(),
    discardedAt: instant.nullable(),
    rawAvailable: z.boolean().describe('The original can be downloaded.'),
  })
  .openapi('Message');

const texts = z.record(z.string(), z.string());

/** The `instruction` of `tsa check --json`, spec §12. */
export const UnderstoodSchema = z
  .object({
    operation: z.string().nullable(),
    rfcNumber: z.string().nullable(),
    actionId: z.string().nullable(),
    choice: z.string().nullable(),
    variables: texts.describe('As written, by name; a token is masked.'),
    fields: texts,
  })
  .openapi('Understood');
export type Understood = z.output<typeof UnderstoodSchema>;

const PlaceSchema = z
  .object({ line: z.int(), column: z.int().describe('In UTF-16 units.') })
  .openapi('Place', { description: 'Both from 1.' });

export const MessageDetailSchema = MessageSchema.extend({
  understood: orNull(UnderstoodSchema).describe(
    'What the instruction says, read anew from the original; null when that cannot be read.',
  ),
  text: z.string().nullable().describe('Its text, cut at 100,000 characters; null when the original cannot be read.'),
  places: z
    .array(z.object({ from: PlaceSchema, to: PlaceSchema.describe('Just behind it.') }))
    .describe('Where in `text` the variables stand that were read, in order.'),
  errors: z
    .array(DiagnosticSchema)
    .describe('What of the instruction cannot be followed, at its place in `text`; read anew.'),
}).openapi('MessageDetail');

export const ReleaseSchema = z
  .strictObject({
    category: words(500)
      .optional()
      .describe('Code, path or name: of the ticket that it makes, in place of what the mail and its mailbox say.'),
  })
  .openapi('Release');

export const MessagePageSchema = pageOf(MessageSchema).openapi('MessagePage');

export const messageQuery = z.strictObject({
  ...pageQuery,
  mailbox: idQuery.optional().describe('Id of the mailbox.'),
  disposition: z
    .enum([...dispositions, 'pending'])
    .optional()
    .describe('`pending`: not yet handled.'),
  reason: ReasonSchema.optional(),
  ticket: searchText.toUpperCase().optional().describe('Ticket number.'),
  from: searchText.optional().describe('Part of the sender’s address.'),
  text: searchText.optional().describe('Part of the sender’s address, the subject or the Message-ID.'),
});
