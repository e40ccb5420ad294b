import MailComposer from 'nodemailer/lib/mail-composer';
import type { Disposition, ReasonCode } from '../domain/messages/disposition.ts';

/** A sample mail, and what the agent is to make of it. */
export interface DemoMail {
  readonly title: string;
  /** With angle brackets. */
  readonly messageId: string;
  /** The sender in the envelope; null for replies of programs and reports, which want no answer (RFC 3834 §3.3). */
  readonly returnPath: string | null;
  readonly raw: Uint8Array;
  readonly expected: { readonly disposition: Disposition; readonly reason: ReasonCode | null };
}

/** The inbox of the demo. */
export const supportAddress = 'support@aef.com';
/** Where mails of unknown senders go. */
export const frontDeskAddress = 'frontdesk@aef.com';
/** A domain that may speak for others. */
export const monitoringDomain = 'monitoring.aef.com';

const requestor = 'Françoise Leblanc <fleblanc@aef.com>';
const technician = 'Jonas Berg <jberg@aef.com>';

interface Draft {
  readonly title: string;
  readonly id: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly inReplyTo?: string;
  readonly attachment?: { readonly filename: string; readonly content: string };
  readonly expected: DemoMail['expected'];
}

const became = (disposition: Disposition, reason: ReasonCode | null = null): DemoMail['expected'] => ({
  disposition,
  reason,
});

/** The manual's example, word for word. */
const example = {
  subject: 'Description of the problem on my smartphone',
  text: `Impossible to start the application. See the attached screen captures
Recipient / Requesting person : fleblanc@aef.com
@ASSET@='P04319'
@CODE_CATALOG@='Smartphone'
@DATE@='02/07/2022'
@URGENCY@='1'`,
  attachment: { filename: 'document.txt', content: 'What the display showed last.\n' },
};

/** A new incident: the first mail, whose ticket the others are about. */
export const firstMail = (): Promise<DemoMail> =>
  compose({
    title: 'the example of the manual',
    id: 'example',
    from: requestor,
    ...example,
    expected: became('created'),
  });

/** The others, in the order in which they are to be sent. `first` is the mail that made the ticket `number`. */
export const followingMails = async (first: DemoMail, number: string): Promise<readonly DemoMail[]> => [
  ...(await Promise.all(drafts(number).map(compose))),
  bounce(),
  {
    ...first,
    title: 'the example once more, as a server delivers twice',
    expected: became('duplicate', 'same_message'),
  },
];

const drafts = (number: string): readonly Draft[] => [
  {
    title: 'the same from another sender',
    id: 'wrong-sender',
    from: 'Georges Smith <gsmith@aef.com>',
    ...example,
    expected: became('rejected', 'sender_mismatch'),
  },
  {
    title: 'an update of the ticket',
    id: 'update',
    from: technician,
    subject: 'Second device',
    text: `The incident @RFC_NUMBER@='${number}' has been updated.
@OPERATION@='UPDATE'
@FIELDS_TO_UPDATE@={COMMENT=Also seen on the printer} {ASSET_TAG=ZS_010} {IMPACT=2}`,
    expected: became('updated'),
  },
  {
    title: 'a hold',
    id: 'hold',
    from: technician,
    subject: 'Waiting',
    text: `@RFC_NUMBER@='${number}' @OPERATION@='STOP'
@REASON@='Waiting for a battery'`,
    expected: became('put_on_hold'),
  },
  {
    title: 'a reply with an attachment',
    id: 'reply',
    from: requestor,
    subject: `Re: [${number}] Description of the problem on my smartphone`,
    text: 'Here is a photograph of it.\n\n> Could you send us a picture?\n',
    inReplyTo: idOf('example'),
    attachment: { filename: 'photograph.txt', content: 'A very dark picture.\n' },
    expected: became('filed'),
  },
  {
    title: 'a reopening',
    id: 'reopening',
    from: technician,
    subject: 'The battery is here',
    text: `@RFC_NUMBER@='${number}' @OPERATION@='RESTART' @COMMENT@='The battery has come'`,
    expected: became('reopened'),
  },
  {
    title: 'a choice that nothing waits for',
    id: 'choice',
    from: requestor,
    subject: 'Yes',
    text: `@RFC_NUMBER@='${number}' @OPERATION@='SOLVE' @CHOICE@='1'`,
    expected: became('quarantined', 'no_waiting_action'),
  },
  {
    title: 'a solution',
    id: 'solution',
    from: technician,
    subject: 'Done',
    text: `@RFC_NUMBER@='${number}' @OPERATION@='SOLVE'
@SOLUTION@='New battery, starts again'`,
    expected: became('solved'),
  },
  {
    title: 'a malformed one: curly quotes',
    id: 'curly-quotes',
    from: requestor,
    subject: 'Laptop',
    text: `The laptop is slow. @ASSET@=‘L00871’ @URGENCY@='2'`,
    expected: became('quarantined', 'malformed_instruction'),
  },
  {
    title: 'an out-of-office reply',
    id: 'out-of-office',
    from: requestor,
    subject: 'Automatic reply: Description of the problem on my smartphone',
    text: 'I am back on Monday.',
    headers: { 'Auto-Submitted': 'auto-replied' },
    expected: became('rejected', 'auto_reply'),
  },
  {
    title: 'an event of the monitoring',
    id: 'monitoring',
    from: `Monitoring <nagios@${monitoringDomain}>`,
    subject: 'PROBLEM: SRV-DB-01 disk 97 % full',
    text: `@CODE_CATALOG@='MONITORING' @ASSET@='SRV-DB-01' @URGENCY@='1'
@RECIPIENT@='mtanaka@aef.com'`,
    headers: { 'Auto-Submitted': 'auto-generated' },
    expected: became('created'),
  },
  {
    title: 'an unknown sender',
    id: 'unknown-sender',
    from: 'Visitor <visitor@partner.example>',
    subject: 'Guest network',
    text: 'How do I get into the guest network?',
    expected: became('redirected'),
  },
];

const idOf = (id: string): string => `<demo-${id}@aef.com>`;

const compose = async ({ title, id, attachment, expected, inReplyTo, ...draft }: Draft): Promise<DemoMail> => {
  const mail = new MailComposer({
    ...draft,
    to: supportAddress,
    messageId: idOf(id),
    ...(inReplyTo === undefined ? {} : { inReplyTo, references: inReplyTo }),
    ...(attachment === undefined ? {} : { attachments: [attachment] }),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const isReply = draft.headers?.['Auto-Submitted'] === 'auto-replied';
  return {
    title,
    messageId: idOf(id),
    returnPath: isReply ? null : (/<([^<>]*)>/.exec(draft.from)?.[1] ?? null),
    raw: await mail.compile().build(),
    expected,
  };
};

/** RFC 3464. Written by hand: a composer of mails makes no reports. */
const bounce = (): DemoMail => ({
  title: 'a bounce',
  messageId: idOf('bounce'),
  returnPath: null,
  raw: Buffer.from(
    `From: Mail Delivery System <MAILER-DAEMON@mx.aef.com>
To: ${supportAddress}
Subject: Undelivered Mail Returned to Sender
Date: ${new Date().toUTCString()}
Message-ID: ${idOf('bounce')}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="report"

--report
Content-Type: text/plain; charset=us-ascii

The mail could not be delivered.
--report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.aef.com

Final-Recipient: rfc822; nobody@aef.com
Action: failed
Status: 5.1.1
--report--
`.replaceAll('\n', '\r\n'),
  ),
  expected: became('rejected', 'report'),
});
