/** What the bench delivers: the same mails for the same seed. */
export interface MailPlan {
  readonly count: number;
  readonly seed: number;
  /** Every third mail is about one of these, from who asked for it; none by default. */
  readonly about?: readonly TicketToWriteAbout[];
}

export interface TicketToWriteAbout {
  readonly number: string;
  readonly address: string;
}

/** Mails of one sender: below the loop limit of 20 in ten minutes, above which they would be quarantined. */
const MAILS_A_SENDER = 10;
const ATTACHMENT_EVERY = 10;
const ATTACHMENT_BYTES = 50 * 1024;

export const sendersOf = ({ count }: MailPlan): readonly string[] =>
  Array.from({ length: Math.ceil(count / MAILS_A_SENDER) }, (_, index) => `employee${index}@bench.test`);

/** 2 to 5 KB each, every tenth with a file of 50 KB; every one creates a ticket. */
export function* mailsOf(plan: MailPlan): Generator<string> {
  const random = generator(plan.seed);
  const senders = sendersOf(plan);
  for (let index = 0; index < plan.count; index += 1) {
    const { about = [] } = plan;
    const ticket = index % 3 === 2 ? about[index % about.length] : undefined;
    const sender = ticket?.address ?? senders[index % senders.length] ?? '';
    const orders = ticket === undefined ? instructions : ordersOn(ticket);
    const text = [...paragraphs(random, 1000 + random() * 2000), orders[index % orders.length] ?? '', 'Regards'];
    const body = index % 3 === 0 ? alternative(text) : plain(text);
    const mail = index % ATTACHMENT_EVERY === 0 ? withFile(body, random) : body;
    yield [
      `Return-Path: <${sender}>`,
      `From: Employee ${index % senders.length} <${sender}>`,
      'To: support@bench.test',
      `Subject: ${words(random, 6)}`,
      `Date: ${new Date(Date.UTC(2026, 0, 5, 8, 0, index)).toUTCString()}`,
      `Message-ID: <bench-${plan.seed}-${index}@bench.test>`,
      'MIME-Version: 1.0',
      ...mail,
      '',
    ].join('\r\n');
  }
}

const instructions = [
  "@ASSET@='P04319' @CODE_CATALOG@='Smartphone' @DATE@='02/01/2026' @URGENCY@='1'",
  "@CODE_CATALOG@='Printer' @URGENCY@='2' @IMPACT@='3' @PHONE@='+33 1 23 45 67 89'",
  "@CODE_CATALOG@='Laptop' @URGENCY@='low' @LOCATION@='Building B, second floor'",
  '@FIELDS_TO_UPDATE@={EXTERNAL_REFERENCE=MON-17} {URGENCY=2}',
];

/** A reply that is filed, and an update. */
const ordersOn = ({ number }: TicketToWriteAbout): readonly string[] => [
  `@RFC_NUMBER@='${number}'`,
  `@OPERATION@='UPDATE' @RFC_NUMBER@='${number}' @PHONE@='+33 1 23 45 67 89'`,
];

const plain = (text: readonly string[]): readonly string[] => ['Content-Type: text/plain; charset=utf-8', '', ...text];

const alternative = (text: readonly string[]): readonly string[] => [
  'Content-Type: multipart/alternative; boundary="alternative"',
  '',
  '--alternative',
  ...plain(text),
  '--alternative',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<html><body>',
  ...text.map((line) => `<p>${line.replaceAll("'", '&#39;')}</p>`),
  '</body></html>',
  '--alternative--',
];

const withFile = (body: readonly string[], random: Random): readonly string[] => [
  'Content-Type: multipart/mixed; boundary="mixed"',
  '',
  '--mixed',
  ...body,
  '--mixed',
  'Content-Type: application/octet-stream; name="trace.bin"',
  'Content-Disposition: attachment; filename="trace.bin"',
  'Content-Transfer-Encoding: base64',
  '',
  ...(bytes(random)
    .toString('base64')
    .match(/.{1,76}/g) ?? []),
  '--mixed--',
];

const bytes = (random: Random): Buffer => Buffer.from(Array.from({ length: ATTACHMENT_BYTES }, () => random() * 256));

type Random = () => number;

const vocabulary =
  'the a screen printer phone network stays dark since this morning after an update no longer answers and shows error code colleague tried again restart cable office please help'.split(
    ' ',
  );

const words = (random: Random, count: number): string =>
  Array.from({ length: count }, () => vocabulary[Math.floor(random() * vocabulary.length)] ?? '').join(' ');

function* paragraphs(random: Random, length: number): Generator<string> {
  for (let written = 0; written < length;) {
    const line = words(random, 12);
    written += line.length;
    yield line;
  }
}

/** Mulberry32: small, and the same on every machine. From 0 to 1, exclusive. */
function generator(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
