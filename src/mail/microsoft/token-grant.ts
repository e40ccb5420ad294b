import type { Mailbox, MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import type { MicrosoftCloud } from './microsoft-cloud.ts';
import { MailError } from '../connection/session.ts';

/** How a mailbox signs in (spec §2): with a user, ROPC; without, client credentials. */
export type Grant = {
  /** The authority with the tenant. */
  readonly authority: string;
  readonly applicationId: string;
  readonly scopes: readonly string[];
} & (
  | { readonly user: null; readonly clientSecret: string }
  | { readonly user: { readonly username: string; readonly password: string }; readonly clientSecret: string | null }
);

/** What a token is for: permissions to send are consented to apart, and asked for only where mails are sent. */
export type TokenPurpose = 'read' | 'send';

/** Throws MailError where a field is missing that the form should have demanded. */
export function grantOf(
  mailbox: Mailbox,
  secrets: MailboxSecrets,
  cloud: MicrosoftCloud,
  purpose: TokenPurpose = 'read',
): Grant {
  const { applicationId, directoryId, login, type } = mailbox;
  const { password, clientSecret } = secrets;
  if (applicationId === null || directoryId === null) throw incomplete('Application ID or Directory ID');
  const base = {
    authority: `${cloud.authority}/${encodeURIComponent(directoryId)}`,
    applicationId,
    scopes: scopesOf(mailbox, { withUser: password !== null, cloud, purpose }),
  };
  if (password !== null) return { ...base, clientSecret, user: { username: login, password } };
  if (type !== 'graph') throw incomplete('Password');
  if (clientSecret === null) throw incomplete('Client Secret');
  return { ...base, clientSecret, user: null };
}

const incomplete = (field: string): MailError =>
  new MailError('credentials_refused', `${field} is missing.`, 'Complete the form of the mailbox.');

/**
 * The library adds `offline_access` itself. A request names one resource only, so User.Read of Graph is consented to
 * but not asked for where the token is for Outlook.
 */
function scopesOf(
  mailbox: Mailbox,
  {
    withUser,
    cloud,
    purpose,
  }: { readonly withUser: boolean; readonly cloud: MicrosoftCloud; readonly purpose: TokenPurpose },
): string[] {
  if (mailbox.type === 'office365')
    return [`${cloud.imapResource}/${purpose === 'send' ? 'SMTP.Send' : 'IMAP.AccessAsUser.All'}`];
  if (!withUser) return [`${cloud.graphUrl}/.default`];
  const used = purpose === 'send' ? ['Mail.ReadWrite', 'Mail.Send'] : ['Mail.ReadWrite'];
  const permissions = ['User.Read', ...used, ...(isShared(mailbox) ? used.map((name) => `${name}.Shared`) : [])];
  return permissions.map((permission) => `${cloud.graphUrl}/${permission}`);
}

/** The mailbox read is not that of the one who signs in. */
export const isShared = (mailbox: Mailbox): boolean => mailbox.address.toLowerCase() !== mailbox.login.toLowerCase();
