import { z } from '@hono/zod-openapi';
import { secretMask } from '../../domain/mailboxes/mailbox-draft.ts';
import { mailboxStates, mailboxTypes, sendVias } from '../../domain/mailboxes/mailbox.ts';
import { senderAuthenticationModes } from '../../domain/mailboxes/sender-authentication.ts';
import { instant, plainText, words } from '../http/common.ts';

const text = plainText(500).nullable();
const secret = plainText(4_000).nullable();
const writtenSecret = secret.openapi({
  format: 'password',
  writeOnly: true,
  description: 'Omit to keep, null to clear. Stored encrypted, never returned.',
});

/** The form of spec §2 by its types; its rules are the domain's (`checkMailbox`). */
const form = {
  name: words(200).describe('Unique, case-insensitive.'),
  active: z.boolean().describe('Enable Active Mailbox Scan. Default: true.'),
  type: z.enum(mailboxTypes),
  readIntervalMinutes: z.number().describe('Minutes between two reads. Fractions are allowed. Default: 5.'),
  mailServer: text.describe('Host name or IP address. Required with pop3 and imap4, unset with graph.'),
  port: z.number().nullable().describe('Default: the usual port of the type and its encryption.'),
  login: text,
  password: writtenSecret,
  sslTls: z.boolean().describe('Default: true, unless startTls is true or the type is `graph`.'),
  startTls: z.boolean().describe('Excludes sslTls. Default: false.'),
  applicationId: text.describe('Application ID (client).'),
  directoryId: text.describe('Directory ID (tenant).'),
  clientSecret: writtenSecret,
  secretExpiresAt: plainText(40).nullable().openapi({
    format: 'date',
    example: '2027-03-31',
    description:
      'Expiry date of the client secret, or of the password if there is no client secret. TSA warns 14 days before. Null if unknown. A new secret without a new date clears it.',
  }),
  defaultCategory: words(500).describe('Code, name or full path of a category.'),
  origin: text.describe('Origin of tickets from this mailbox.'),
  createUnknownRequestors: z.boolean(),
  redirectUnknownEmailsTo: text.describe(
    'Email address that receives messages from unknown senders if these are not created.',
  ),
  address: text.describe('Email address of the mailbox. Default: the login.'),
  afterProcessing: z.enum(['delete', 'move']).describe('`move` needs moveToFolder. Default: `delete`.'),
  moveToFolder: text,
  trustedSenders: z
    .array(words(320))
    .max(500)
    .readonly()
    .describe('Addresses, or domains without their subdomains, that may name a requestor other than the sender.'),
  acceptCurlyQuotes: z.boolean().describe('Accepts ‘ ’ “ ” as quotes in instructions. Default: false.'),
  senderAuthentication: z
    .enum(senderAuthenticationModes)
    .describe(
      'How the From address is proven: `off`, `authentication-results` of the receiving server, or `verify` (DKIM and DMARC checked by TSA). Default: `off`.',
    ),
  authenticationServers: z
    .array(words(253))
    .max(20)
    .readonly()
    .describe(
      'With `authentication-results`: the receiving servers that are trusted. `-` trusts fields without a server name.',
    ),
  exchangeInternal: z
    .boolean()
    .describe(
      'Takes email inside the Exchange Online tenant, which has no verdict, as proven by the header fields that Exchange adds. Only for office365 and graph. Default: false.',
    ),
  ownDomains: z.array(words(253)).max(100).readonly().describe('With `exchangeInternal`: the domains of the tenant.'),
  push: z
    .boolean()
    .describe(
      'Watches the inbox (IMAP IDLE) and reads it as soon as a message arrives. Only for imap4 and office365. Default: false.',
    ),
  sendVia: z
    .enum(sendVias)
    .describe(
      'How emails leave that come from this address: by the SMTP server of the agent, or as the mailbox, by Exchange Online (office365) or Microsoft Graph (graph). Default: smtp.',
    ),
  maxMessageBytes: z.number().describe('Larger messages are quarantined without being parsed. Default: 25 MiB.'),
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
    detail: z.string().describe('What is wrong and how to fix it. Empty if there is no error.'),
    warnings: z
      .array(z.object({ code: z.string(), message: z.string(), remedy: z.string() }))
      .describe(
        'Warnings, whatever the state: `secret_expires`, `secret_expired`, `push_unavailable`, `unlisted_messages`, `not_given`, `unproven_trust`.',
      ),
    lastReadAt: instant.nullable().describe('End of the last read that reached the server.'),
    nextReadAt: instant.nullable(),
    lastComparedAt: instant.describe('Time of the last daily comparison of inbox and ledger.'),
    counts: z
      .record(z.string(), z.int())
      .describe('Message counts by disposition. `pending` counts those not yet handled.'),
    countsToday: z.record(z.string(), z.int()).describe('The same for messages stored today, in TSA’s time zone.'),
    workflowId: z.string().describe('Address in the Temporal Web UI.'),
    revision: z.int().describe('Increases with each change of the mailbox.'),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi('Mailbox');
export type MailboxView = z.input<typeof MailboxSchema>;

export const MailboxListSchema = z.object({ items: z.array(MailboxSchema) }).openapi('MailboxList');

export const ReadNowSchema = z
  .object({ queued: z.boolean().describe('A read is already running. This one follows it.') })
  .openapi('ReadNow');
