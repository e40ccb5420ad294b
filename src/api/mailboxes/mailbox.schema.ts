import { z } from '@hono/zod-openapi';
import { secretMask } from '../../domain/mailboxes/mailbox-draft.ts';
import { mailboxStates, mailboxTypes } from '../../domain/mailboxes/mailbox.ts';
import { senderAuthenticationModes } from '../../domain/mailboxes/sender-authentication.ts';
import { instant, plainText, words } from '../http/common.ts';

const text = plainText(500).nullable();
const secret = plainText(4_000).nullable();
const writtenSecret = secret.openapi({
  format: 'password',
  writeOnly: true,
  description: 'Left out: kept. Null: cleared. Stored encrypted and never given back.',
});

/** The form of spec §2 by its types; its rules are the domain's (`checkMailbox`). */
const form = {
  name: words(200).describe('Unique, in any case.'),
  active: z.boolean().describe('Enable Active Mailbox Scan. On unless said otherwise.'),
  type: z.enum(mailboxTypes),
  readIntervalMinutes: z.number().describe('Rest between two reads; a fraction is allowed. 5 unless said otherwise.'),
  mailServer: text.describe('Host name or IP address. Required with pop3 and imap4, unset with graph.'),
  port: z.number().nullable().describe('Without it the usual one of the type and its encryption.'),
  login: text,
  password: writtenSecret,
  sslTls: z.boolean().describe('On unless said otherwise, or StartTLS is on, or the type is graph.'),
  startTls: z.boolean().describe('Not together with sslTls. Off unless said otherwise.'),
  applicationId: text.describe('Application ID (client).'),
  directoryId: text.describe('Directory ID (tenant).'),
  clientSecret: writtenSecret,
  secretExpiresAt: plainText(40).nullable().openapi({
    format: 'date',
    example: '2027-03-31',
    description:
      'Day on which the client secret, where there is none the password, expires. Warned of from 14 days before. Null: not known. A new secret without a new date has none.',
  }),
  defaultCategory: words(500).describe('Code, name or full path of a category.'),
  origin: text.describe('Origin of the tickets that come through here.'),
  createUnknownRequestors: z.boolean(),
  redirectUnknownEmailsTo: text.describe('Mail address; where mails of unknown senders go when they are not created.'),
  address: text.describe('The mailbox’s own mail address. The login unless said otherwise.'),
  afterProcessing: z.enum(['delete', 'move']).describe('`move` needs moveToFolder. `delete` unless said otherwise.'),
  moveToFolder: text,
  trustedSenders: z
    .array(words(320))
    .max(500)
    .readonly()
    .describe('Addresses, or domains without their subdomains, that may name another requestor than the sender.'),
  acceptCurlyQuotes: z.boolean().describe('Takes ‘ ’ “ ” for the quote of an instruction. Off unless said otherwise.'),
  senderAuthentication: z
    .enum(senderAuthenticationModes)
    .describe(
      'How a From line is proved: `off`, by the Authentication-Results of the receiving server, or `verify` (DKIM and DMARC, checked here). Off unless said otherwise.',
    ),
  authenticationServers: z
    .array(words(253))
    .max(20)
    .readonly()
    .describe('With `authentication-results`: the receiving servers that are believed; `-` for fields that name none.'),
  push: z
    .boolean()
    .describe(
      'The inbox is watched (IMAP IDLE) and read as soon as a mail arrives; imap4 and office365 only. Off unless said otherwise.',
    ),
  maxMessageBytes: z.number().describe('A larger message is quarantined unread. 25 MiB unless said otherwise.'),
};

export const MailboxPatchSchema = z.strictObject(form).partial().openapi('MailboxPatch');
export type MailboxPatch = z.output<typeof MailboxPatchSchema>;

export const MailboxCreateSchema = z
  .strictObject(form)
  .partial()
  .required({ name: true, type: true, defaultCategory: true })
  .openapi('MailboxCreate');

/** Unsaved values to try a connection with. */
export const ConnectionDraftSchema = MailboxPatchSchema.openapi('ConnectionDraft');
export const NewConnectionDraftSchema = z
  .strictObject(form)
  .partial()
  .required({ type: true })
  .openapi('NewConnectionDraft');

const shownSecret = z.literal(secretMask).nullable().describe(`${secretMask} while one is stored, otherwise null.`);

export const MailboxSchema = z
  .object({
    ...form,
    id: z.int(),
    password: shownSecret,
    clientSecret: shownSecret,
    address: z.string(),
    login: z.string(),
    defaultCategory: z.string().describe('Code of the category.'),
    state: z.enum(mailboxStates),
    stateSince: instant,
    detail: z.string().describe('What is wrong and what to do; empty when nothing is.'),
    warnings: z
      .array(z.object({ code: z.string(), message: z.string(), cure: z.string() }))
      .describe(
        'What will go wrong if nothing is done, whatever the state: `secret_expires`, `secret_expired`, `push_unavailable`, `unlisted_messages`, `not_given`.',
      ),
    lastReadAt: instant.nullable().describe('End of the last read that reached the server.'),
    nextReadAt: instant.nullable(),
    lastComparedAt: instant.describe('When the inbox was last compared with the ledger, which is done once a day.'),
    counts: z.record(z.string(), z.int()).describe('Messages by disposition; `pending` for those not yet handled.'),
    countsToday: z
      .record(z.string(), z.int())
      .describe('The same, of messages stored today, in the time zone of the agent.'),
    workflowId: z.string().describe('In the Temporal Web UI.'),
    revision: z.int().describe('Grows with every change of the form.'),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi('Mailbox');
export type MailboxView = z.input<typeof MailboxSchema>;

export const MailboxListSchema = z.object({ items: z.array(MailboxSchema) }).openapi('MailboxList');

export const ReadNowSchema = z
  .object({ queued: z.boolean().describe('A read was under way; this one follows it.') })
  .openapi('ReadNow');
