import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll } from 'vitest';
import { connect, type Database, type Db } from '../../src/db/shared/connect.ts';
import { createMailbox, type MailboxInput, type MailboxRecord } from '../../src/db/mailboxes/mailboxes.ts';
import { storeReceived } from '../../src/db/messages/raw-messages.ts';
import { loadSamples } from '../../src/demo/samples.ts';
import { categories } from '../../src/db/schema/index.ts';
import { createSecretBox, type SecretBox } from '../../src/db/mailboxes/secrets.ts';
import type { ApplyContext } from '../../src/db/handling/apply-context.ts';
import type { Category } from '../../src/domain/handling/facts.ts';
import type { FactsQuery } from '../../src/domain/handling/facts-query.ts';
import type { Plan } from '../../src/domain/handling/plan.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

export const now = '2026-11-23T10:00:00.000Z';
export const secretBox: SecretBox = createSecretBox([randomBytes(32)]);

/** A database of the test file's own, with the samples in it. */
export const useDatabase = (): {
  readonly url: () => string;
  readonly db: () => Db;
  readonly sql: () => Database['sql'];
} => {
  let test: TestDatabase | undefined;
  let database: Database | undefined;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = connect(test.url);
    await loadSamples(database.db);
  });
  afterAll(async () => {
    await database?.close();
    await test?.drop();
  });
  const started = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('The database is there from beforeAll on.');
    return value;
  };
  return {
    url: () => started(test).url,
    db: () => started(database).db,
    sql: () => started(database).sql,
  };
};

export const category = async (db: Db, code: string): Promise<Category> => {
  const [found] = await db.select().from(categories).where(eq(categories.code, code));
  if (found === undefined) throw new Error(`The samples have no category ${code}.`);
  const { id, name, path, ticketType, process, supportGroup } = found;
  return { id, code, name, path, ticketType, process, supportGroup };
};

let mailboxesMade = 0;

export const mailboxForm = async (db: Db): Promise<MailboxInput> => ({
  name: `Support ${++mailboxesMade}`,
  active: true,
  type: 'imap4',
  readIntervalMinutes: 0.05,
  mailServer: 'mail.example.com',
  port: 993,
  login: 'support@aef.com',
  address: 'support@aef.com',
  sslTls: true,
  startTls: false,
  applicationId: null,
  directoryId: null,
  secretExpiresAt: null,
  defaultCategoryId: (await category(db, 'GENERAL')).id,
  origin: 'Mail',
  createUnknownRequestors: false,
  redirectUnknownEmailsTo: null,
  afterProcessing: 'delete',
  moveToFolder: null,
  trustedSenders: [],
  acceptCurlyQuotes: false,
  senderAuthentication: 'off',
  authenticationServers: [],
  exchangeInternal: false,
  ownDomains: [],
  push: false,
  sendVia: 'smtp',
  maxMessageBytes: 1024,
});

export const mailbox = async (db: Db, changes: Partial<MailboxInput> = {}): Promise<MailboxRecord> =>
  createMailbox(db, secretBox, { ...(await mailboxForm(db)), password: 'hunter2', ...changes });

/** Stores one message for each protocol id; gives the ledger ids in the same order. */
export const store = async (db: Db, mailboxId: number, ...protocolIds: readonly string[]): Promise<number[]> => {
  const stored = await storeReceived(
    db,
    mailboxId,
    protocolIds.map((protocolId) => ({
      protocolId,
      raw: Buffer.from(`Subject: ${protocolId}\r\n\r\n`),
      arrivedAt: now,
    })),
    now,
  );
  return stored.map(({ id }) => id);
};

export const noLookups: FactsQuery = {
  sender: null,
  requestor: null,
  recipient: null,
  category: null,
  asset: null,
  configurationItem: null,
  ticket: null,
  parent: null,
  event: null,
  token: null,
  actionId: null,
};

export type CreatePlan = Extract<Plan, { readonly kind: 'create' }>;

export const createPlan = (
  of: Category,
  requestor: CreatePlan['requestor'],
  changes: Partial<CreatePlan> = {},
): CreatePlan => ({
  kind: 'create',
  disposition: 'created',
  category: of,
  fields: {
    categoryId: of.id,
    title: 'The screen stays black',
    description: 'The screen stays black\n\nSince this morning.',
    occurredAt: '2022-07-01T22:00:00.000Z',
    urgency: 1,
    impact: 2,
    severity: null,
    priority: 2,
    assetId: null,
    assetText: 'X1',
    configurationItemId: null,
    configurationItemText: null,
    origin: 'Mail',
    phone: null,
    location: null,
    department: null,
    externalReference: null,
    customFields: { E_FLOOR: '2' },
  },
  requestor,
  recipient: null,
  action: { kind: 'registration', text: '', dueAt: null },
  documents: { attachments: [], reply: false },
  relatedTo: null,
  parent: null,
  warnings: [],
  ...changes,
});

export const contextOf = (
  mailbox: Pick<MailboxRecord, 'id' | 'address'>,
  messageId: number,
  changes: Partial<ApplyContext> = {},
): ApplyContext => ({
  messageId,
  mailbox,
  sender: 'fleblanc@aef.com',
  senderAuthentication: 'off',
  answer: null,
  about: null,
  rules: [],
  token: null,
  subject: 'The screen stays black',
  messageIdHeader: `<${messageId}@aef.com>`,
  contentKey: `key of ${messageId}`,
  contents: new Map(),
  replyText: '',
  now,
  timeZone: 'Europe/Paris',
  ...changes,
});
