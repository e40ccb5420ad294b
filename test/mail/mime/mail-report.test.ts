import { describe, expect, it } from 'vitest';
import { mail, read } from '../../support/mime.ts';

const original = '<tsa.42.1@support.test>';
const returned = ['From: support@support.test', 'To: gone@corp.test', `Message-ID: ${original}`, 'Subject: Ticket 42'];
const toUs = ['To: support@support.test', 'MIME-Version: 1.0'];
const parts = (...all: readonly (readonly [type: string, body: string])[]): string =>
  [...all.map(([type, body]) => `--b\nContent-Type: ${type}\n\n${body}`), '--b--', ''].join('\n');
const status = ['Reporting-MTA: dns; mx.corp.test', '', 'Final-Recipient: rfc822; gone@corp.test', 'Action: failed'];
const report = 'Content-Type: multipart/report; report-type=delivery-status; boundary=b';

/** As the programs write them, by name; all tell of `original` and of gone@corp.test, with the status 5.1.1. */
const bounces: readonly (readonly [program: string, header: readonly string[], body: string])[] = [
  [
    'Postfix',
    ['From: MAILER-DAEMON@mx.corp.test (Mail Delivery System)', report],
    parts(
      ['text/plain', 'This is the mail system at host mx.corp.test.\n\n<gone@corp.test>: unknown user'],
      [
        'message/delivery-status',
        'Reporting-MTA: dns; mx.corp.test\nOriginal-Envelope-Id: out-7+2B1\nX-Postfix-Queue-ID: 4ZB\n\n' +
          'Final-Recipient: rfc822; gone@corp.test\nOriginal-Recipient: rfc822;gone@corp.test\nAction: failed\nStatus: 5.1.1\n' +
          'Diagnostic-Code: smtp; 550 5.1.1 <gone@corp.test>: Recipient\n    address rejected',
      ],
      ['text/rfc822-headers', returned.join('\n')],
    ),
  ],
  [
    'Exchange Online',
    ['From: <postmaster@corp.test>', `In-Reply-To: ${original}`, 'Auto-Submitted: auto-replied', report],
    parts(
      ['text/html', "<p>Your message to gone@corp.test couldn't be delivered.</p>"],
      ['message/delivery-status', [...status, 'Status: 5.1.1', `X-Original-Message-ID: ${original}`].join('\n')],
      ['message/rfc822', [...returned, '', 'text'].join('\n')],
    ),
  ],
  [
    'Gmail',
    [
      'From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
      'X-Failed-Recipients: gone@corp.test',
      `References: ${original}`,
      report,
    ],
    parts(
      ['text/plain', "** Address not found **\n\nYour message wasn't delivered to gone@corp.test"],
      ['message/delivery-status', [...status, 'Status: 5.1.1'].join('\n')],
    ),
  ],
  [
    'a report in the first part of a mixed mail with a footer',
    ['From: <>', 'Return-Path: <>', 'Content-Type: multipart/mixed; boundary=outer'],
    [
      `--outer\n${report}\n`,
      parts(
        ['message/delivery-status', [...status, 'Status: 5.1.1'].join('\n')],
        ['message/rfc822', [...returned, '', 'text'].join('\n')],
      ),
      '--outer\nContent-Type: text/plain\n\nScanned by x\n--outer--\n',
    ].join('\n'),
  ],
  [
    'a gateway that gave the parts other types',
    ['From: postmaster@corp.test', 'Content-Type: multipart/mixed; boundary=b'],
    parts(
      ['text/plain; name=details.txt', [...status, 'Status: 5.1.1'].join('\n')],
      ['message/rfc822', [...returned, '', 'text'].join('\n')],
    ),
  ],
  [
    'Exim',
    ['From: Mail Delivery System <Mailer-Daemon@corp.test>', 'X-Failed-Recipients: gone@corp.test'],
    [
      'This message was created automatically by mail delivery software.',
      '\nThe following address(es) failed:\n',
      '  gone@corp.test\n    host mx [192.0.2.1]: 550 5.1.1 no such user\n',
      '------ This is a copy of the message, including all the headers. ------\n',
      'Return-path: <support@support.test>',
      ...returned,
      '\ntext',
    ].join('\n'),
  ],
  [
    'qmail (QSBMF)',
    ['From: MAILER-DAEMON@corp.test', 'Return-Path: <>'],
    [
      'Hi. This is the qmail-send program at corp.test.',
      "I'm afraid I wasn't able to deliver your message to the following addresses.\n",
      '<gone@corp.test>:\nSorry, no mailbox here by that name. (#5.1.1)\n',
      '--- Below this line is a copy of the message.\n',
      'Return-Path: <support@support.test>',
      ...returned,
      '\ntext',
    ].join('\n'),
  ],
  [
    'sendmail of old',
    ['From: Mail Delivery Subsystem <MAILER-DAEMON>'],
    [
      '   ----- The following addresses had permanent fatal errors -----',
      '<gone@corp.test>\n    (reason: 550 5.1.1 User unknown)\n',
      '   ----- Original message follows -----\n',
      ...returned.map((line) => `| ${line}`),
    ].join('\n'),
  ],
  [
    'Notes',
    ['From: Postmaster@corp.test', `In-Reply-To: ${original}`],
    'Your message\n\n  Subject: Ticket 42\n\nwas not delivered to:\n\n  gone@corp.test\n\nbecause:\n\n  5.1.1 User gone not listed in Directory',
  ],
  [
    'Exchange of old',
    ['From: System Administrator <postmaster@corp.test>', `References: ${original}`],
    "Your message did not reach some or all of the intended recipients.\n\nThe following recipient(s) cannot be reached:\n\n    'gone@corp.test' on 04.07.2022 09:00\n    The e-mail account does not exist <mx.corp.test #5.1.1>",
  ],
];

describe('R-08: what a bounce tells of the mail that came back', () => {
  it.each(bounces)('%s', async (_program, header, body) => {
    const { message } = await read(mail([...header, ...toUs], body));
    expect(message.report).toMatchObject({
      fate: 'failed',
      messageIds: [original],
      recipients: [{ address: 'gone@corp.test', status: '5.1.1' }],
    });
  });

  it('names the envelope, and gives the header of the mail back', async () => {
    const [[, header, body] = ['', [], '']] = bounces;
    const { message } = await read(mail([...header, ...toUs], body));
    expect(message.report?.envelopeId).toBe('out-7+1');
    expect(message.report?.returnedHeaders).toContainEqual(['subject', 'Ticket 42']);
    expect(message.report?.recipients[0]?.diagnostic).toContain('address rejected');
  });
});

describe('R-08: reports that are no bounce', () => {
  it.each([
    ['delayed', 'Action: delayed\nStatus: 4.4.1'],
    ['delivered', 'Action: delivered\nStatus: 2.0.0'],
    ['relayed', 'Action: relayed'],
  ] as const)('%s', async (fate, fields) => {
    const body = parts([
      'message/delivery-status',
      `Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; a@b.test\n${fields}`,
    ]);
    expect((await read(mail([report, ...toUs], body))).message.report?.fate).toBe(fate);
  });

  it('a notice of delay in words', async () => {
    const text =
      'This message has not yet been delivered to:\n\n  late@corp.test\n\nDelivery attempts will continue to be made.';
    const { message } = await read(mail(['From: Mailer-Daemon@corp.test', ...toUs], text));
    expect(message.report).toMatchObject({ fate: 'delayed', recipients: [{ address: 'late@corp.test' }] });
  });

  it.each([
    ['read', 'manual-action/MDN-sent-manually; displayed'],
    ['deleted', 'automatic-action/MDN-sent-automatically; deleted'],
  ] as const)('a receipt: %s', async (fate, disposition) => {
    const receipt = `Final-Recipient: rfc822; boss@corp.test\nOriginal-Message-ID: ${original}\nDisposition: ${disposition}`;
    const { message } = await read(
      mail(
        [
          'From: boss@corp.test',
          'Content-Type: multipart/report; report-type=disposition-notification; boundary=b',
          ...toUs,
        ],
        parts(['text/plain', 'Read.'], ['message/disposition-notification', receipt]),
      ),
    );
    expect(message.report).toMatchObject({ fate, messageIds: [original], recipients: [{ address: 'boss@corp.test' }] });
  });
});

describe('what is no report', () => {
  it.each([
    ['a person who quotes one', ['From: a@b.test'], `<gone@corp.test>:\n550 5.1.1\n\n${returned.join('\n')}`],
    [
      'a person who forwards one',
      ['From: a@b.test', 'Content-Type: multipart/mixed; boundary=b'],
      parts(['text/plain', 'look'], ['message/rfc822', ['From: MAILER-DAEMON@x.test', '', 'failed'].join('\n')]),
    ],
  ])('%s', async (_what, header, body) => {
    expect((await read(mail([...header, ...toUs], body))).message.report).toBeNull();
  });
});
