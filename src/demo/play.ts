import { setTimeout as sleep } from 'node:timers/promises';
import { findOptionalCategory } from '../db/master-data/categories.ts';
import type { Db } from '../db/shared/connect.ts';
import { createMailbox, type MailboxRecord } from '../db/mailboxes/mailboxes.ts';
import { listLedger, type LedgerEntry } from '../db/messages/message-list.ts';
import type { SecretBox } from '../db/mailboxes/secrets.ts';
import { updateSettings } from '../db/settings/settings.ts';
import { withMailboxDefaults } from '../domain/mailboxes/mailbox-defaults.ts';
import { createSender } from '../mail/outgoing/send.ts';
import type { DemoMailServer } from './mail-server.ts';
import {
  firstMail,
  followingMails,
  frontDeskAddress,
  monitoringDomain,
  supportAddress,
  type DemoMail,
} from './mails.ts';
import { words, type DemoResult } from './table.ts';

/** A second and a bit. */
const readIntervalMinutes = 0.02;

/** The mailbox of the demo, to be read every few seconds; replies to it are stored. */
export async function createDemoMailbox(
  db: Db,
  secretBox: SecretBox,
  { host, imapPort }: DemoMailServer,
  password: string,
): Promise<MailboxRecord> {
  const category = await findOptionalCategory(db, 'GENERAL');
  if (category === undefined) throw new Error('The samples have no category GENERAL.');
  const form = withMailboxDefaults({
    name: 'Demo support',
    type: 'imap4',
    mailServer: host,
    port: imapPort,
    sslTls: false,
    login: supportAddress,
    readIntervalMinutes,
    origin: 'Mail',
    redirectUnknownEmailsTo: frontDeskAddress,
    trustedSenders: [monitoringDomain],
  });
  const mailbox = await createMailbox(db, secretBox, {
    ...form,
    login: supportAddress,
    address: supportAddress,
    password,
    clientSecret: null,
    defaultCategoryId: category.id,
  });
  await updateSettings(db, { supportReturnEmailAddress: supportAddress });
  return mailbox;
}

export interface Play {
  readonly db: Db;
  readonly mailServer: DemoMailServer;
  readonly mailboxId: number;
  readonly onProgress: (text: string) => void;
  /** Ends the waiting; what has become of the mails by then is told. */
  readonly signal: AbortSignal;
}

/** Sends the sample mails and waits for what becomes of each, and for the inbox to be empty. Throws when the sending fails. */
export async function play(options: Play): Promise<readonly DemoResult[]> {
  const { mailServer, onProgress } = options;
  const sender = createSender(mailServer.smtpUrl);
  const send = async (mail: DemoMail): Promise<void> => {
    await sender.send(mail.raw, { from: mail.returnPath, to: supportAddress });
    onProgress(`sent: ${mail.title}`);
  };
  try {
    const first = await firstMail();
    await send(first);
    const [created] = await handled([first], options);
    const number = created?.entry?.ticketNumber;
    if (created === undefined || number == null) return [{ mail: first, entry: created?.entry }];
    const others = await followingMails(first, number);
    for (const mail of others) await send(mail);
    return await handled([first, ...others], options, 1);
  } finally {
    sender.close();
  }
}

/** The mails with their rows, once all are handled and gone from the inbox, or `signal` aborts. `told` were told of before. */
async function handled(
  mails: readonly DemoMail[],
  { db, mailServer, mailboxId, onProgress, signal }: Play,
  told = 0,
): Promise<readonly DemoResult[]> {
  const announced = new Set(mails.slice(0, told));
  for (;;) {
    const ledger = (await listLedger(db, { mailboxId }, { limit: 100 })).toReversed();
    const results = assigned(mails, ledger);
    for (const { mail, entry } of results) {
      if (entry === undefined || announced.has(mail)) continue;
      announced.add(mail);
      onProgress(`handled: ${mail.title}: ${words(entry.disposition ?? '', entry.reason)}`);
    }
    const done = results.every(({ entry }) => entry?.removedAt != null) && mailServer.inboxSize() === 0;
    if (done || signal.aborted) return results;
    await sleep(250, undefined, { signal }).catch(() => undefined);
  }
}

/** Each mail with its row: of several with one Message-ID, the first mail has the first row. */
function assigned(mails: readonly DemoMail[], ledger: readonly LedgerEntry[]): readonly DemoResult[] {
  const free = ledger.filter(({ disposition }) => disposition !== null);
  return mails.map((mail) => {
    const index = free.findIndex(({ messageId }) => messageId === mail.messageId);
    return { mail, entry: index === -1 ? undefined : free.splice(index, 1)[0] };
  });
}

/** Asks until it is so; false when `signal` aborts first. */
export async function becomesTrue(ask: () => boolean | Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    if (await ask()) return true;
    if (signal.aborted) return false;
    await sleep(250, undefined, { signal }).catch(() => undefined);
  }
}
