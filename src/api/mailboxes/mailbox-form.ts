import { findOptionalCategory } from '../../db/master-data/categories.ts';
import type { Db, Tx } from '../../db/shared/connect.ts';
import type { MailboxInput, MailboxRecord } from '../../db/mailboxes/mailboxes.ts';
import { defaultPort, withMailboxDefaults } from '../../domain/mailboxes/mailbox-defaults.ts';
import type { MailboxDraft, MailboxForm } from '../../domain/mailboxes/mailbox-draft.ts';
import { checkMailbox } from '../../domain/mailboxes/mailbox-rules.ts';
import { keepsSecretExpiry } from '../../domain/mailboxes/secret-expiry.ts';
import { type FieldError, fieldError, invalid } from '../http/problem.ts';
import type { MailboxPatch } from './mailbox.schema.ts';

/**
 * A stored mailbox as the form that would lead to it: what only followed from other fields is left out, so that it follows
 * them again when they change (the port the encryption, the address the login).
 */
const toForm = (mailbox: MailboxRecord): MailboxForm => ({
  ...mailbox,
  mailServer: mailbox.type === 'office365' ? undefined : mailbox.mailServer,
  port: mailbox.port === defaultPort(mailbox.type, mailbox.sslTls) ? undefined : mailbox.port,
  address: mailbox.address === mailbox.login.toLowerCase() ? undefined : mailbox.address,
});

/** The form after a change of some fields; an empty secret is none. */
const merged = (patch: MailboxPatch, stored: MailboxRecord | undefined): MailboxForm => ({
  ...(stored === undefined ? {} : toForm(stored)),
  ...patch,
  name: patch.name ?? stored?.name ?? '',
  type: patch.type ?? stored?.type ?? 'imap4',
  password: patch.password === '' ? null : patch.password,
  clientSecret: patch.clientSecret === '' ? null : patch.clientSecret,
  secretExpiresAt: patch.secretExpiresAt === undefined ? keptSecretExpiry(patch, stored) : patch.secretExpiresAt,
});

const keptSecretExpiry = (
  { password, clientSecret }: MailboxPatch,
  stored: MailboxRecord | undefined,
): string | null | undefined =>
  stored !== undefined && keepsSecretExpiry(stored, { password, clientSecret }) ? stored.secretExpiresAt : undefined;

export interface Judged {
  readonly draft: MailboxDraft;
  readonly errors: readonly FieldError[];
}

/** The form with its defaults, and every rule of spec §2 that it breaks. */
export const judge = (patch: MailboxPatch, stored?: MailboxRecord): Judged => {
  const draft = withMailboxDefaults(merged(patch, stored));
  const errors = checkMailbox(draft, stored).map(({ field, message, rule }) => fieldError(field, message, rule));
  return { draft, errors };
};

/** What may be stored, and nothing half of it. Throws 422 with every rule that is broken. */
export const toMailboxInput = async (
  db: Db | Tx,
  patch: MailboxPatch,
  stored?: MailboxRecord,
): Promise<MailboxInput> => {
  const { draft, errors } = judge(patch, stored);
  const categoryId =
    patch.defaultCategory === undefined
      ? stored?.defaultCategoryId
      : (await findOptionalCategory(db, patch.defaultCategory))?.id;
  const all = categoryId === undefined ? [...errors, unknownCategory('defaultCategory')] : errors;
  if (all.length > 0) throw invalid(all);
  return complete(draft, categoryId);
};

export const unknownCategory = (field: string): FieldError =>
  fieldError(field, 'No one category has this code, path or name: see GET /api/v1/categories.', 'unknown');

/** The parts that a draft without errors has. */
export const complete = (draft: MailboxDraft, defaultCategoryId: number | undefined): MailboxInput => {
  const { login, address } = draft;
  if (login === null || address === null || defaultCategoryId === undefined)
    throw new Error('A mailbox form passed its rules without login, address or category.');
  return { ...draft, login, address, defaultCategoryId };
};
