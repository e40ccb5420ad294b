import { z } from '@hono/zod-openapi';
import { dispositions, quarantineReasons, rejectionReasons } from '../../domain/messages/disposition.ts';
import { senderAuthentications } from '../../domain/mailboxes/sender-authentication.ts';
import { pageOf, pageQuery } from '../http/paging.ts';
import {
  DispositionSchema,
  flag,
  idQuery,
  instant,
  DiagnosticSchema,
  orNull,
  searchText,
  words,
} from '../http/common.ts';

const ReasonSchema = z.enum([...rejectionReasons, ...quarantineReasons, 'same_message']).openapi('Reason');

export const MessageSchema = z
  .object({
    id: z.int(),
    mailboxId: z.int(),
    mailbox: z.string().describe('Name of the mailbox.'),
    protocolId: z.string().describe('IMAP UIDVALIDITY:UID, POP3 UIDL or Graph immutable ID.'),
    size: z.int().describe('Size in bytes.'),
    oversized: z.boolean().describe('Larger than the mailbox allows: stored but never parsed.'),
    arrivedAt: instant.describe('Arrival time according to the server, otherwise `receivedAt`.'),
    receivedAt: instant.describe('Time at which it was stored.'),
    attempts: z.int(),
    nextAttemptAt: instant.nullable(),
    lastError: z.string().nullable(),
    messageId: z.string().nullable().describe('The Message-ID header field.'),
    from: z.string().nullable(),
    senderAuthentication: z
      .enum(senderAuthentications)
      .nullable()
      .describe('Whether the From address is proven. Null until the message is handled.'),
    subject: z.string().nullable(),
    disposition: orNull(DispositionSchema).describe('Null until the message is handled.'),
    reason: orNull(ReasonSchema),
    explanation: z.string().nullable(),
    notices: z.array(DiagnosticSchema).readonly().describe('Warnings and errors of the instruction.'),
    rules: z.array(z.string()).readonly().describe('Names of the rules of the mailbox that matched, in order.'),
    ticketNumber: z.string().nullable(),
    handledAt: instant.nullable(),
    removedAt: instant
      .nullable()
      .describe('Time at which it left the inbox. Null while it is still there, as far as known.'),
    removalError: z.string().nullable(),
    releasedAt: instant.nullable(),
    discardedAt: instant.nullable(),
    rawAvailable: z.boolean().describe('True if the original can be downloaded.'),
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
    variables: texts.describe('Values as written, by variable name. Tokens are masked.'),
    fields: texts,
  })
  .openapi('Understood');
export type Understood = z.output<typeof UnderstoodSchema>;

const PlaceSchema = z
  .object({ line: z.int(), column: z.int().describe('In UTF-16 units.') })
  .openapi('Place', { description: 'Line and column, both starting at 1.' });

export const MessageDetailSchema = MessageSchema.extend({
  understood: orNull(UnderstoodSchema).describe(
    'The instruction, parsed again from the original. Null if the original cannot be read.',
  ),
  text: z
    .string()
    .nullable()
    .describe('Text of the message, cut at 100,000 characters. Null if the original cannot be read.'),
  places: z
    .array(z.object({ from: PlaceSchema, to: PlaceSchema.describe('Position after the last character.') }))
    .describe('Positions in `text` of the variables that were read, in order.'),
  others: z
    .array(z.object({ from: z.int(), to: z.int().describe('Inclusive.'), because: z.string() }))
    .describe('Lines of `text` that TSA took for other messages, and the reason. They order nothing.'),
  errors: z
    .array(DiagnosticSchema)
    .describe('Errors of the instruction with their position in `text`, parsed again from the original.'),
}).openapi('MessageDetail');

/** Shared by a release and a bulk release. As an extension, the strict `Release` would allow no other property in the document. */
const releaseFields = {
  category: words(500)
    .optional()
    .describe('Category of the new ticket (code, path or name). It overrides the message and its mailbox.'),
};

export const ReleaseSchema = z.strictObject(releaseFields).openapi('Release');

const ids = z
  .array(z.int().min(1))
  .min(1)
  .max(1000)
  .describe('IDs of the messages. Each message is one transaction, so one that fails does not affect the others.');

export const BulkSchema = z
  .discriminatedUnion('action', [
    z.strictObject({ ...releaseFields, action: z.literal('release'), ids }),
    z.strictObject({ action: z.literal('discard'), ids }),
  ])
  .openapi('Bulk');

export const BulkResultSchema = z
  .object({
    done: z.array(z.int()).describe('IDs of the messages that were released or discarded.'),
    failed: z.array(z.object({ id: z.int(), detail: z.string() })).describe('The others, and why.'),
  })
  .openapi('BulkResult');

export const MessagePageSchema = pageOf(MessageSchema).openapi('MessagePage');

export const messageQuery = z.strictObject({
  ...pageQuery,
  mailbox: idQuery.optional().describe('ID of the mailbox.'),
  disposition: z
    .enum([...dispositions, 'pending'])
    .optional()
    .describe('`pending`: not yet handled.'),
  reason: ReasonSchema.optional(),
  ticket: searchText.toUpperCase().optional().describe('Ticket number.'),
  discarded: flag.optional().describe('`false` omits discarded messages, `true` lists only these.'),
  arrivedFrom: instant.optional().describe('Arrived at this time or later.'),
  arrivedBefore: instant.optional().describe('Arrived before this time.'),
  from: searchText.optional().describe('Matches part of the sender address.'),
  text: searchText.optional().describe('Matches part of the sender address, subject or Message-ID.'),
});
