import type { MailboxDraft, MailboxForm } from './mailbox-draft.ts';
import type { MailboxType } from './mailbox.ts';

/** Exchange Online's IMAP server: the one that the Type office365 has (spec §2). */
export const office365Server = 'outlook.office365.com';

/** The ports of RFC 8314 §7 and RFC 1939/9051: the second one with SSL/TLS. Null where there is no port to choose. */
export const defaultPort = (type: MailboxType, sslTls: boolean): number | null => {
  switch (type) {
    case 'pop3':
      return sslTls ? 995 : 110;
    case 'imap4':
      return sslTls ? 993 : 143;
    case 'office365':
      return 993;
    case 'graph':
      return null;
  }
};

/** Bytes: spec §11. */
export const defaultMaxMessageBytes = 25 * 1024 * 1024;

/**
 * The form with its defaults: an empty text is no text, addresses are lower case, the address is the login's, the folder goes with
 * `delete`. TLS is on unless StartTLS is chosen; a switch that was set is kept as it is, for the rules to judge.
 */
export const withMailboxDefaults = (form: MailboxForm): MailboxDraft => {
  const startTls = form.startTls ?? false;
  const sslTls = form.sslTls ?? (form.type !== 'graph' && !startTls);
  const login = textOrNull(form.login);
  const afterProcessing = form.afterProcessing ?? 'delete';
  return {
    name: form.name.trim(),
    active: form.active ?? true,
    type: form.type,
    readIntervalMinutes: form.readIntervalMinutes ?? 5,
    mailServer: textOrNull(form.mailServer) ?? (form.type === 'office365' ? office365Server : null),
    port: form.port ?? defaultPort(form.type, sslTls),
    login,
    password: form.password,
    sslTls,
    startTls,
    applicationId: textOrNull(form.applicationId),
    directoryId: textOrNull(form.directoryId),
    clientSecret: form.clientSecret,
    secretExpiresAt: textOrNull(form.secretExpiresAt),
    origin: textOrNull(form.origin),
    createUnknownRequestors: form.createUnknownRequestors ?? false,
    redirectUnknownEmailsTo: textOrNull(form.redirectUnknownEmailsTo)?.toLowerCase() ?? null,
    address: (textOrNull(form.address) ?? login)?.toLowerCase() ?? null,
    afterProcessing,
    moveToFolder: afterProcessing === 'move' ? textOrNull(form.moveToFolder) : null,
    trustedSenders: (form.trustedSenders ?? []).map((entry) => entry.trim().toLowerCase()),
    acceptCurlyQuotes: form.acceptCurlyQuotes ?? false,
    senderAuthentication: form.senderAuthentication ?? 'off',
    authenticationServers: (form.authenticationServers ?? []).map((entry) => entry.trim().toLowerCase()),
    exchangeInternal: form.exchangeInternal ?? false,
    ownDomains: (form.ownDomains ?? []).map((entry) => entry.trim().toLowerCase()),
    push: form.push ?? false,
    sendVia: form.sendVia ?? 'smtp',
    maxMessageBytes: form.maxMessageBytes ?? defaultMaxMessageBytes,
  };
};

const textOrNull = (text: string | null | undefined): string | null => {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
};
