import type { SendingWay } from './sending-way.ts';

/** What is known of how mails leave. */
export interface WaysOut {
  /** The SMTP server that is configured; null: none is. */
  readonly smtp: SmtpServer | null;
  /** Ways that take nothing from us at the moment. */
  readonly troubles: readonly { readonly way: SendingWay; readonly detail: string }[];
}

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly hasPassword: boolean;
}

export interface OutgoingWarning {
  readonly code: 'no_way_out' | 'outgoing_refused' | 'password_sign_in_ends';
  readonly message: string;
  readonly cure: string;
}

/** What keeps mails from leaving, or will. */
export const outgoingWarnings = ({ smtp, troubles }: WaysOut): readonly OutgoingWarning[] => [
  ...(smtp === null
    ? [
        {
          code: 'no_way_out' as const,
          message: 'Outgoing mails have no way out: they wait.',
          cure: 'Set SMTP_URL for the worker and the API.',
        },
      ]
    : []),
  ...troubles.map(({ detail }) => ({
    code: 'outgoing_refused' as const,
    message: 'Outgoing mails are not taken: they are kept, and tried again.',
    cure: detail,
  })),
  ...(smtp?.hasPassword === true && passwordEnds.test(smtp.host)
    ? [
        {
          code: 'password_sign_in_ends' as const,
          message: `${smtp.host} takes no passwords after December 2026, unless the administrator of the tenant switches them on again.`,
          cure: 'Send by another server.',
        },
      ]
    : []),
];

/** Exchange Online switches basic authentication for SMTP AUTH off (Microsoft 365 message center, MC786329 of 2026-01-27). */
const passwordEnds = /(?:^|\.)(?:smtp\.office365\.com|smtp-legacy\.office365\.com)$/iu;
