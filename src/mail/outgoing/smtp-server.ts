import type { SmtpServer } from '../../domain/outgoing/ways-out.ts';

/** What may be shown of an SMTP URL: neither its user nor its password. */
export const smtpServerOf = (smtpUrl: string | undefined): SmtpServer | null => {
  if (smtpUrl === undefined) return null;
  const { protocol, hostname, port, password } = new URL(smtpUrl);
  const usual = protocol === 'smtps:' ? 465 : 587;
  return { host: hostname, port: port === '' ? usual : Number(port), hasPassword: password !== '' };
};
