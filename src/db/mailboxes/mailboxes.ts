import { and, asc, eq, isNotNull, isNull, lt, ne, sql } from 'drizzle-orm';
import type { SecretInput } from '../../domain/mailboxes/mailbox-draft.ts';
import type { Mailbox, MailboxSecrets, MailboxState } from '../../domain/mailboxes/mailbox.ts';
import { accountOf, isAnotherAccount } from '../../domain/mailboxes/mailbox-account.ts';
import { sendingWayOf } from '../../domain/outgoing/sending-way.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { brokenConstraint, ConflictError, NotFoundError } from '../shared/errors.ts';
import { mailboxes, messages, notGiven, sendingWays, settings } from '../schema/index.ts';
import { appendLog } from '../log/operation-log.ts';
import { sealShared } from './sealing-lock.ts';
import { mailboxSecretPlace, type SecretBox } from './secrets.ts';

/** A mailbox as it is stored: the form, and how reading it goes. Times are ISO 8601 UTC. */
export interface MailboxRecord extends Mailbox {
  readonly hasPassword: boolean;
  readonly hasClientSecret: boolean;
  readonly state: MailboxState;
  /** What is wrong and what to do; empty when nothing is. */
  readonly stateDetail: string;
  readonly stateSince: string;
  /** The last read that succeeded. */
  readonly lastReadAt: string | null;
  readonly nextReadAt: string | null;
  readonly consecutiveFailures: number;
  /** When its inbox was last compared with the ledger; at first, when it was made. */
  readonly lastComparedAt: string;
  /** Messages in the inbox that no read lists, as the last comparison found them. */
  readonly unlistedMessages: number;
  /** Messages that the server lists and does not give, as the last read found them. */
  readonly notGivenMessages: number;
  /** Grows when type, server, port or login change: what the ledger knows of one account says nothing about another. */
  readonly account: number;
  /** What keeps its inbox from being watched, and the remedy; null while it is watched, or need not be. */
  readonly pushProblem: string | null;
  /** Grows with every change of the form. */
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The form to be stored, checked by the domain's rules before. A secret left out is kept. */
export interface MailboxInput extends Omit<Mailbox, 'id'> {
  readonly password?: SecretInput;
  readonly clientSecret?: SecretInput;
}

const toRecord = (stored: typeof mailboxes.$inferSelect): MailboxRecord => {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- left out
  const { passwordEncrypted, clientSecretEncrypted, deletedAt, ...row } = stored;
  return { ...row, hasPassword: passwordEncrypted !== null, hasClientSecret: clientSecretEncrypted !== null };
};

const present = (id: number) => and(eq(mailboxes.id, id), isNull(mailboxes.deletedAt));

/** By id, the deleted ones left out. */
export const listMailboxes = async (db: Db | Tx): Promise<MailboxRecord[]> =>
  (await db.select().from(mailboxes).where(isNull(mailboxes.deletedAt)).orderBy(asc(mailboxes.id))).map(toRecord);

/** Undefined also for a deleted one. */
export const findOptionalMailbox = async (db: Db | Tx, id: number): Promise<MailboxRecord | undefined> => {
  const [row] = await db.select().from(mailboxes).where(present(id));
  return row === undefined ? undefined : toRecord(row);
};

/** Whether its row says so: a row that was not found proves nothing. */
export const isMailboxDeleted = async (db: Db | Tx, id: number): Promise<boolean> => {
  const deleted = await db
    .select({ id: mailboxes.id })
    .from(mailboxes)
    .where(and(eq(mailboxes.id, id), isNotNull(mailboxes.deletedAt)));
  return deleted.length > 0;
};

export const findMailbox = async (db: Db | Tx, id: number): Promise<MailboxRecord> => {
  const mailbox = await findOptionalMailbox(db, id);
  if (mailbox === undefined) throw unknownMailbox(id);
  return mailbox;
};

const unknownMailbox = (id: number): NotFoundError => new NotFoundError(`There is no mailbox ${id}.`);

/** Throws ConflictError when another mailbox has the name. See `claimAccount`. */
export const createMailbox = async (db: Db | Tx, secretBox: SecretBox, input: MailboxInput): Promise<MailboxRecord> =>
  db.transaction(async (tx) => {
    const { password, clientSecret, ...form } = input;
    await sealShared(tx);
    const [created] = await onNameTaken(form.name, tx.insert(mailboxes).values(toRow(form)).returning());
    if (created === undefined) throw new Error('An insert returned no row.');
    const sealed = sealSecrets(secretBox, created.id, { password, clientSecret });
    if (Object.keys(sealed).length === 0) return toRecord(created);
    await tx.update(mailboxes).set(sealed).where(eq(mailboxes.id, created.id));
    return toRecord({ ...created, ...sealed });
  });

/**
 * Another account begins a new generation: what is still to be removed from the old one's inbox is logged and dropped.
 * Throws NotFoundError, or ConflictError: another mailbox has the name, or the form was changed since
 * `expectedRevision` was read (`mailbox_changed`). See `claimAccount`.
 */
export const updateMailbox = async (
  db: Db | Tx,
  secretBox: SecretBox,
  id: number,
  input: MailboxInput,
  expectedRevision?: number,
): Promise<MailboxRecord> =>
  db.transaction(async (tx) => {
    const { password, clientSecret, ...form } = input;
    await sealShared(tx);
    const before = await findMailbox(tx, id);
    const moved = isAnotherAccount(before, form);
    const [row] = await onNameTaken(
      form.name,
      tx
        .update(mailboxes)
        .set({
          ...toRow(form),
          ...sealSecrets(secretBox, id, { password, clientSecret }),
          revision: sql`${mailboxes.revision} + 1`,
          ...(moved && { account: sql`${mailboxes.account} + 1`, notGivenMessages: 0, unlistedMessages: 0 }),
          updatedAt: sql`now()`,
        })
        .where(and(present(id), expectedRevision === undefined ? undefined : eq(mailboxes.revision, expectedRevision)))
        .returning(),
    );
    if (row !== undefined) {
      // What kept its mails may be mended.
      await tx.delete(sendingWays).where(eq(sendingWays.way, sendingWayOf(id)));
      if (moved) await dropOldAccount(tx, row);
      return toRecord(row);
    }
    throw new ConflictError(
      'mailbox_changed',
      'Somebody else has changed this mailbox meanwhile: read it again first.',
    );
  });

/**
 * One inbox belongs to one mailbox: two would make two tickets of each mail. What a deleted mailbox has stored from the account and not
 * yet taken out of its inbox is this one's from here on, and is not read again. In the transaction that stores the form. Throws
 * ConflictError when another mailbox reads the account.
 */
export const claimAccount = async (tx: Tx, mailbox: MailboxRecord): Promise<void> => {
  const account = accountOf(mailbox);
  if (account === null) return;
  // One claim at a time: of two that are made at once, the second one sees the first.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('mailboxes_account_once'))`);
  const others = (await tx.select().from(mailboxes).where(ne(mailboxes.id, mailbox.id))).filter(
    (other) => accountOf(other) === account,
  );
  const reader = others.find(({ deletedAt }) => deletedAt === null);
  if (reader !== undefined)
    throw new ConflictError(
      'mailboxes_account_once',
      `The mailbox ${reader.name} reads this inbox already: change that one, or enter another server, port or login.`,
    );
  for (const deleted of others) {
    if (isAnotherAccount(deleted, mailbox)) continue;
    await tx
      .update(messages)
      .set({ mailboxId: mailbox.id, account: mailbox.account })
      .where(
        and(eq(messages.mailboxId, deleted.id), eq(messages.account, deleted.account), isNull(messages.removedAt)),
      );
  }
};

const dropOldAccount = async (tx: Tx, { id, account }: typeof mailboxes.$inferSelect): Promise<void> => {
  await tx.delete(notGiven).where(and(eq(notGiven.mailboxId, id), lt(notGiven.account, account)));
  const owed = await tx.$count(
    messages,
    and(
      eq(messages.mailboxId, id),
      eq(messages.account, account - 1),
      isNotNull(messages.disposition),
      isNull(messages.removedAt),
    ),
  );
  await appendLog(tx, {
    ...{ at: new Date().toISOString(), operation: 'mailbox.account', who: 'agent', whoKind: 'system', mailboxId: id },
    level: owed > 0 ? 'warning' : 'info',
    result:
      owed > 0
        ? `Reads another account now. Handled and left in the inbox of the old one: ${String(owed)}.`
        : 'Reads another account now.',
  });
};

/** It is read no more; its messages and tickets stay. Its secrets go at once. Throws NotFoundError. */
export const deleteMailbox = async (db: Db | Tx, id: number, now: string): Promise<void> => {
  const deleted = await db
    .update(mailboxes)
    .set({ deletedAt: now, active: false, passwordEncrypted: null, clientSecretEncrypted: null })
    .where(present(id))
    .returning({ id: mailboxes.id });
  if (deleted.length === 0) throw unknownMailbox(id);
};

/** Decrypted: for the session that is opened with them, and nothing else. Throws NotFoundError, SecretKeyError. */
export const readMailboxSecrets = async (db: Db | Tx, secretBox: SecretBox, id: number): Promise<MailboxSecrets> => {
  const [row] = await db
    .select({ password: mailboxes.passwordEncrypted, clientSecret: mailboxes.clientSecretEncrypted })
    .from(mailboxes)
    .where(present(id));
  if (row === undefined) throw unknownMailbox(id);
  const open = (sealed: string | null, place: string): string | null =>
    sealed === null ? null : secretBox.open(sealed, place);
  return {
    password: open(row.password, mailboxSecretPlace(id, 'password')),
    clientSecret: open(row.clientSecret, mailboxSecretPlace(id, 'client_secret')),
  };
};

/** How a cycle of reading ended. */
export interface MailboxStateChange {
  readonly state: MailboxState;
  readonly detail: string;
  /** When it was read; null when it was not. */
  readonly readAt: string | null;
  readonly nextReadAt: string | null;
  /** A failure counts on, anything else starts from zero. */
  readonly failed: boolean;
}

/** Returns the failures in a row, this one counted; 0 for a mailbox that is gone. */
export const recordMailboxState = async (
  db: Db | Tx,
  id: number,
  { state, detail, readAt, nextReadAt, failed }: MailboxStateChange,
): Promise<number> => {
  const [row] = await db
    .update(mailboxes)
    .set({
      state,
      stateDetail: detail,
      stateSince: sql`case when ${mailboxes.state} = ${state} then ${mailboxes.stateSince} else now() end`,
      ...(readAt !== null && { lastReadAt: readAt }),
      nextReadAt,
      consecutiveFailures: failed ? sql`${mailboxes.consecutiveFailures} + 1` : 0,
    })
    .where(eq(mailboxes.id, id))
    .returning({ failures: mailboxes.consecutiveFailures });
  return row?.failures ?? 0;
};

/** Whether it is to be read now: the agent is on, the mailbox active and not deleted. */
export const isSwitchedOn = async (db: Db | Tx, id: number): Promise<boolean> => {
  const [row] = await db
    .select({ agentEnabled: settings.value })
    .from(mailboxes)
    .leftJoin(settings, eq(settings.key, 'agentEnabled'))
    .where(and(present(id), mailboxes.active));
  return row !== undefined && row.agentEnabled !== false;
};

/** As `isSwitchedOn`, and it stays so until the transaction ends: who switches off waits for it. */
export const holdSwitchedOn = async (tx: Tx, id: number): Promise<boolean> => {
  const [[mailbox], [agent]] = await Promise.all([
    tx
      .select({ id: mailboxes.id })
      .from(mailboxes)
      .where(and(present(id), mailboxes.active))
      .for('share'),
    tx.select({ enabled: settings.value }).from(settings).where(eq(settings.key, 'agentEnabled')).for('share'),
  ]);
  return mailbox !== undefined && agent?.enabled !== false;
};

const toRow = ({
  trustedSenders,
  authenticationServers,
  ownDomains,
  ...form
}: Omit<MailboxInput, 'password' | 'clientSecret'>) => ({
  ...form,
  trustedSenders: [...trustedSenders],
  authenticationServers: [...authenticationServers],
  ownDomains: [...ownDomains],
});

/** The caller holds a lock of sealing-lock.ts. */
export const sealSecrets = (
  secretBox: SecretBox,
  id: number,
  { password, clientSecret }: { readonly password?: SecretInput; readonly clientSecret?: SecretInput },
): { passwordEncrypted?: string | null; clientSecretEncrypted?: string | null } => {
  const seal = (secret: string | null, place: string): string | null =>
    secret === null ? null : secretBox.seal(secret, place);
  return {
    ...(password !== undefined && { passwordEncrypted: seal(password, mailboxSecretPlace(id, 'password')) }),
    ...(clientSecret !== undefined && {
      clientSecretEncrypted: seal(clientSecret, mailboxSecretPlace(id, 'client_secret')),
    }),
  };
};

const onNameTaken = async <T>(name: string, statement: PromiseLike<T>): Promise<T> => {
  try {
    return await statement;
  } catch (error) {
    if (brokenConstraint(error) !== 'mailboxes_name_once') throw error;
    throw new ConflictError('mailboxes_name_once', `Another mailbox is called ${name}: choose another name.`);
  }
};
