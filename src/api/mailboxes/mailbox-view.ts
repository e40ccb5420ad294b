import type { Db, Tx } from '../../db/shared/connect.ts';
import type { MailboxRecord } from '../../db/mailboxes/mailboxes.ts';
import { countMessages, readCategoryCodes, type MessageOverview } from '../../db/mailboxes/mailbox-overview.ts';
import { secretMask } from '../../domain/mailboxes/mailbox-draft.ts';
import { formWarnings, mailboxWarnings } from '../../domain/mailboxes/mailbox-warnings.ts';
import { mailboxWorkflowId } from '../../workflows/mailboxes/mailbox.messages.ts';
import type { MailboxView } from './mailbox.schema.ts';

const shown = (has: boolean): typeof secretMask | null => (has ? secretMask : null);

const toMailboxView = (
  mailbox: MailboxRecord,
  defaultCategory: string,
  counts: MessageOverview | undefined,
): MailboxView => ({
  id: mailbox.id,
  name: mailbox.name,
  active: mailbox.active,
  type: mailbox.type,
  readIntervalMinutes: mailbox.readIntervalMinutes,
  mailServer: mailbox.mailServer,
  port: mailbox.port,
  login: mailbox.login,
  password: shown(mailbox.hasPassword),
  sslTls: mailbox.sslTls,
  startTls: mailbox.startTls,
  applicationId: mailbox.applicationId,
  directoryId: mailbox.directoryId,
  clientSecret: shown(mailbox.hasClientSecret),
  secretExpiresAt: mailbox.secretExpiresAt,
  defaultCategory,
  origin: mailbox.origin,
  createUnknownRequestors: mailbox.createUnknownRequestors,
  redirectUnknownEmailsTo: mailbox.redirectUnknownEmailsTo,
  address: mailbox.address,
  afterProcessing: mailbox.afterProcessing,
  moveToFolder: mailbox.moveToFolder,
  trustedSenders: mailbox.trustedSenders,
  acceptCurlyQuotes: mailbox.acceptCurlyQuotes,
  senderAuthentication: mailbox.senderAuthentication,
  authenticationServers: mailbox.authenticationServers,
  exchangeInternal: mailbox.exchangeInternal,
  ownDomains: mailbox.ownDomains,
  push: mailbox.push,
  sendVia: mailbox.sendVia,
  maxMessageBytes: mailbox.maxMessageBytes,
  state: mailbox.state,
  stateSince: mailbox.stateSince,
  detail: mailbox.stateDetail,
  warnings: [...mailboxWarnings(mailbox, new Date().toISOString()), ...formWarnings(mailbox)],
  lastReadAt: mailbox.lastReadAt,
  nextReadAt: mailbox.nextReadAt,
  lastComparedAt: mailbox.lastComparedAt,
  counts: { ...counts?.all },
  countsToday: { ...counts?.today },
  workflowId: mailboxWorkflowId(mailbox.id),
  revision: mailbox.revision,
  createdAt: mailbox.createdAt,
  updatedAt: mailbox.updatedAt,
});

/** What administrators see of mailboxes, in the order given. `timeZone`: IANA name, of the day whose messages are counted. A stored secret is a mask here and nowhere less. */
export const viewMailboxes = async (
  db: Db | Tx,
  mailboxes: readonly MailboxRecord[],
  timeZone: string,
): Promise<MailboxView[]> => {
  if (mailboxes.length === 0) return [];
  const [counts, codes] = await Promise.all([
    countMessages(
      db,
      mailboxes.map(({ id }) => id),
      timeZone,
    ),
    readCategoryCodes(
      db,
      mailboxes.map(({ defaultCategoryId }) => defaultCategoryId),
    ),
  ]);
  return mailboxes.map((mailbox) =>
    toMailboxView(mailbox, codes.get(mailbox.defaultCategoryId) ?? '', counts.get(mailbox.id)),
  );
};

export const viewMailbox = async (db: Db | Tx, mailbox: MailboxRecord, timeZone: string): Promise<MailboxView> => {
  const [view] = await viewMailboxes(db, [mailbox], timeZone);
  if (view === undefined) throw new Error('One mailbox has one view.');
  return view;
};
