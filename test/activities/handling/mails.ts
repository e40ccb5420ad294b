import { dayIn } from '../../../src/db/tickets/ticket-counters.ts';
import { formatTicketNumber } from '../../../src/domain/tickets/ticket-number.ts';
import { mail } from '../../support/mime.ts';

type Picker = <T>(from: readonly T[]) => T;

const known = ['fleblanc@aef.com', 'jberg@aef.com', 'gsmith@aef.com', 'francoise.leblanc@aef.com'];
const files = ['the log', 'another log', 'a picture'];

/** Random mails of all kinds, copies of one another and mails about tickets of the others among them; each with a protocol id. */
export const randomMails = (pick: Picker, count: number, protocolIds = 'mail'): ReadonlyMap<string, Buffer> => {
  const mails = new Map<string, Buffer>();
  for (let nth = 1; nth <= count; nth += 1) {
    const copied = mails.size > 0 && pick([1, 2, 3, 4, 5, 6]) === 1;
    const raw = copied ? pick([...mails.values()]) : randomMail(pick, `${protocolIds}-${nth}`);
    mails.set(`${protocolIds} ${nth}`, raw);
  }
  return mails;
};

const randomMail = (pick: Picker, id: string): Buffer => {
  const from = pick([...known, ...known, 'stranger@elsewhere.test', 'another@elsewhere.test']);
  // One that there may be by then, also by a mail a moment before.
  const number = formatTicketNumber(
    pick(['I', 'I', 'I', 'S', 'R']),
    dayIn('UTC', new Date().toISOString()),
    pick([1, 2, 3, 4, 5, 6, 40]),
  );
  const head = (subject: string, ...more: readonly string[]): string[] => [
    ...[`From: ${from}`, 'To: support@aef.com', `Subject: ${subject}`, `Message-ID: <${id}@aef.com>`],
    ...['Date: Mon, 23 Nov 2026 10:00:00 +0000', ...more],
  ];
  const order = (words: string): Buffer => mail(head(`about ${id}`), `${words}\n\nDetails of ${id}.`);
  switch (
    pick([
      ...['plain', 'plain', 'plain', 'plain', 'plain', 'file', 'file', 'fields', 'automatic', 'nobody', 'two senders'],
      ...[
        'malformed',
        'no category',
        'update',
        'solve',
        'stop',
        'reply',
        'subject',
        'event',
        'token',
        'choice',
        'too large',
      ],
      ...['odd characters', 'for somebody', 'category'],
    ] as const)
  ) {
    case 'plain':
      return mail(head(`plain ${id}`), `Something of ${id} is broken.`);
    case 'file':
      return mail(
        head(`file ${id}`, 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="b"'),
        [
          ...['--b', 'Content-Type: text/plain', '', 'see the file'],
          ...[
            '--b',
            'Content-Type: text/plain',
            'Content-Disposition: attachment; filename="log.txt"',
            '',
            pick(files),
          ],
          '--b--',
        ].join('\n'),
      );
    case 'fields':
      return order("@URGENCY@='2' @IMPACT@='3' @TITLE@='A title' @E_FLOOR@='4' @ASSET@='SPX11'");
    case 'automatic':
      return mail(head(`away ${id}`, 'Auto-Submitted: auto-replied'), 'I am away.');
    case 'nobody':
      return mail([`Subject: ${id}`, `Message-ID: <${id}@aef.com>`]);
    case 'two senders':
      return mail([`From: a@aef.com, b@aef.com`, `Subject: ${id}`, `Message-ID: <${id}@aef.com>`]);
    case 'malformed':
      return order("@URGENCY@='2 @IMPACT@");
    case 'no category':
      return order("@CATEGORY@='Nothing of the kind'");
    case 'category':
      return order(`@CATEGORY@='${pick(['SMARTPHONE', 'GENERAL', 'smartphone'])}'`);
    case 'for somebody':
      return order(`@RECIPIENT@='${pick(known)}'`);
    case 'update':
      return order(`@OPERATION@='UPDATE' @RFC_NUMBER@='${number}' @TITLE@='Changed by ${id}'`);
    case 'solve':
      return order(`@OPERATION@='SOLVE' @RFC_NUMBER@='${number}'`);
    case 'stop':
      return order(`@OPERATION@='STOP' @RFC_NUMBER@='${number}'`);
    case 'reply':
      return mail(head(`Re: ${id}`), `@RFC_NUMBER@='${number}'\nThanks, ${id}.`);
    case 'subject':
      return mail(head(`Re: [${number}] ${id}`), `More of ${id}.`);
    case 'event':
      return order(`@CONFIGURATION_ITEM@='SRV-1' @EXTERNAL_REFERENCE@='${pick(['A', 'B'])}'`);
    case 'token':
      return order("@TOKEN@='abcdefghijklmnopqrstuvwxyz0123456789'");
    case 'choice':
      return order(`@OPERATION@='SOLVE' @RFC_NUMBER@='${number}' @CHOICE@='1'`);
    case 'too large':
      return mail(head(`large ${id}`, `X-Filler: ${'x'.repeat(300_000)}`));
    case 'odd characters':
      return mail(head(`nul \0 and \u{1f600} ${id}`), 'NUL \0 and \\u0000, "quotes", \\ and $1 {braces}.');
  }
};
