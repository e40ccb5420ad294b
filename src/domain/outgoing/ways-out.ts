import { type SendingWay, sendingWayOf } from './sending-way.ts';

/** What is known of how mails leave. */
export interface WaysOut {
  /** The SMTP server that is configured; null: none is. */
  readonly smtp: SmtpServer | null;
  /** {TSA} Support return email address: mails come from there, and otherwise from the mailbox that they are about. */
  readonly returnAddress: string | null;
  readonly mailboxes: readonly {
    readonly id: number;
    readonly name: string;
    readonly address: string;
    readonly active: boolean;
    readonly sendVia: 'smtp' | 'mailbox';
  }[];
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
  readonly remedy: string;
}

/** What keeps mails from leaving, or will. */
export const outgoingWarnings = (ways: WaysOut): readonly OutgoingWarning[] => [
  ...noWayOut(ways),
  ...ways.troubles.map(({ way, detail }): OutgoingWarning => {
    const sender = ways.mailboxes.find(({ id }) => sendingWayOf(id) === way);
    const whose = sender === undefined ? '' : ` of ${sender.name}`;
    return {
      code: 'outgoing_refused',
      message: `Outgoing mails${whose} are not taken: they are kept, and tried again.`,
      remedy: detail,
    };
  }),
  ...passwordSignIn(ways),
];

const noWayOut = ({ smtp, returnAddress, mailboxes }: WaysOut): readonly OutgoingWarning[] => {
  if (smtp !== null) return [];
  const senders = mailboxes.filter(({ sendVia }) => sendVia === 'mailbox').map(({ address }) => address);
  const used =
    returnAddress === null ? mailboxes.filter(({ active }) => active).map(({ address }) => address) : [returnAddress];
  const stuck = [...new Set(used)].filter((address) => !senders.includes(address));
  if (stuck.length === 0 && used.length > 0) return [];
  return [
    {
      code: 'no_way_out',
      message: `Outgoing mails${stuck.length === 0 ? '' : ` from ${stuck.join(', ')}`} have no way out: they wait.`,
      remedy:
        'Set SMTP_URL for the worker and the API, or let the mailbox send for itself (Send via, with Type Office 365 or Microsoft Graph).',
    },
  ];
};

/** Exchange Online switches basic authentication for SMTP AUTH off (Microsoft 365 message center, MC786329 of 2026-01-27). */
const passwordEnds = /(?:^|\.)(?:smtp\.office365\.com|smtp-legacy\.office365\.com)$/iu;

const passwordSignIn = ({ smtp }: WaysOut): readonly OutgoingWarning[] =>
  smtp?.hasPassword === true && passwordEnds.test(smtp.host)
    ? [
        {
          code: 'password_sign_in_ends',
          message: `${smtp.host} takes no passwords after December 2026, unless the administrator of the tenant switches them on again.`,
          remedy: 'Let the mailbox send for itself: Send via, in its form (Type Office 365 or Microsoft Graph).',
        },
      ]
    : [];
