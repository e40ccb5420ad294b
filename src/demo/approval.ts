import { simpleParser } from 'mailparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Db } from '../db/shared/connect.ts';
import { listLedger } from '../db/messages/message-list.ts';
import { findOptionalTicketEntry } from '../db/tickets/ticket-list.ts';
import type { Disposition } from '../domain/messages/disposition.ts';
import { readMailto } from '../instructions/mailto.ts';
import { createSender } from '../mail/outgoing/send.ts';
import type { DemoMailServer } from './mail-server.ts';
import { supportAddress } from './mails.ts';
import { becomesTrue } from './play.ts';
import { words } from './table.ts';

export interface ApprovalPlay {
  readonly db: Db;
  readonly mailServer: DemoMailServer;
  readonly mailboxId: number;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** A step that was played; `ok`: it ended as it should. */
export interface ApprovalStepResult {
  readonly ok: boolean;
  readonly text: string;
}

const requestor = { name: 'Françoise Leblanc', address: 'fleblanc@aef.com' };
const first = { name: 'Amira Haddad', address: 'ahaddad@aef.com' };
const second = { name: 'Georges Smith', address: 'gsmith@aef.com' };
const technician = { name: 'Jonas Berg', address: 'jberg@aef.com' };

type Person = typeof requestor;

interface Written {
  readonly subject: string;
  readonly body: string;
  readonly inReplyTo?: string;
}

interface Received {
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
}

/**
 * A service request from its mail to its end: two approvals, one of them with a question and its answer, each by the link of the mail
 * that went out, then the solution and the requestor's word for it. Stops at the first step that does not end as it should.
 */
export async function playApproval(play: ApprovalPlay): Promise<readonly ApprovalStepResult[]> {
  const steps: ApprovalStepResult[] = [];
  const sender = createSender(play.mailServer.smtpUrl);
  let number = '';

  const say = (text: string, ok: boolean): void => {
    steps.push({ ok, text });
    play.onProgress(`${ok ? 'done' : 'FAILED'}: ${text}`);
    if (!ok) throw new Stopped();
  };
  /** Sends a mail to support and waits for what becomes of it. */
  const write = async (from: Person, what: string, mail: Written, expected: Disposition): Promise<void> => {
    const messageId = `<approval-${String(steps.length)}@demo.example>`;
    await sender.send(await compose(from, mail, messageId), { from: from.address, to: supportAddress });
    let became = 'not handled';
    const ok = await becomesTrue(async () => {
      const ledger = await listLedger(play.db, { mailboxId: play.mailboxId }, { limit: 100 });
      const entry = ledger.find((row) => row.messageId === messageId);
      if (entry?.disposition == null) return false;
      became = words(entry.disposition, entry.reason);
      number = entry.ticketNumber ?? number;
      return true;
    }, play.signal);
    say(`${from.name} ${what}: ${became}`, ok && became === expected);
  };
  /** The newest mail of the agent to somebody about something, once it is there; others before it are left out. */
  const receive = async (to: Person, about: string): Promise<Received> => {
    let found: Received | undefined;
    await becomesTrue(async () => {
      const raw = play.mailServer.sent.findLast(
        (mail) => mail.to === to.address && mail.raw.includes(about) && mail.raw.includes(number),
      );
      if (raw === undefined) return false;
      const parsed = await simpleParser(Buffer.from(raw.raw, 'latin1'));
      found = { subject: parsed.subject ?? '', text: parsed.text ?? '', messageId: parsed.messageId ?? '' };
      return true;
    }, play.signal);
    say(`${to.name} got the mail “${found?.subject ?? about}”`, found !== undefined);
    return found ?? { subject: '', text: '', messageId: '' };
  };

  try {
    const request = { subject: 'A new laptop', body: "Mine is six years old.\n\n@CODE_CATALOG@='NEW_LAPTOP'" };
    await write(requestor, 'asks for a laptop', request, 'created');
    const asked = await receive(first, 'Your approval is asked for');
    await write(
      first,
      'clicks “Ask for information”',
      clicked(asked, 'Ask for information', 'Which size?'),
      'choice_recorded',
    );
    const question = await receive(requestor, 'A question about your request');
    const answer = { subject: `RE: ${question.subject}`, body: 'The small one.', inReplyTo: question.messageId };
    await write(requestor, 'answers by a reply', answer, 'filed');
    const again = await receive(first, 'The answer to your question');
    await write(first, 'clicks “Accept”', clicked(again, 'Accept'), 'choice_recorded');
    const next = await receive(second, 'Your approval is asked for');
    await write(second, 'clicks “Accept”', clicked(next, 'Accept'), 'choice_recorded');
    await receive(technician, 'For Workplace');
    const solution = `@OPERATION@='SOLVE'\n@RFC_NUMBER@='${number}'\n@SOLUTION@='It is on your desk.'`;
    await write(technician, 'solves it', { subject: 'done', body: solution }, 'solved');
    const confirmation = await receive(requestor, 'Is it solved?');
    await write(requestor, 'clicks “Yes, it is solved”', clicked(confirmation, 'Yes, it is solved'), 'choice_recorded');
    const isClosed = async () => (await findOptionalTicketEntry(play.db, number))?.state === 'closed';
    say(`${number} is closed`, await becomesTrue(isClosed, play.signal));
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    sender.close();
  }
  return steps;
}

class Stopped extends Error {}

/** The mail that a mail program writes for a click on a link of the text part. */
const clicked = ({ text }: Received, label: string, comment = ''): Written => {
  const line = text.split('\n').find((one) => one.startsWith(`${label}: mailto:`)) ?? '';
  const form = readMailto(line.slice(label.length + 2));
  return { subject: form?.subject ?? '', body: `${comment}\n${form?.body ?? ''}` };
};

const compose = (from: Person, { subject, body, inReplyTo }: Written, messageId: string): Promise<Uint8Array> =>
  new MailComposer({
    from,
    to: supportAddress,
    subject,
    text: body,
    messageId,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
