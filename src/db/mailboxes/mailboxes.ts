import { and, asc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { SecretInput } from '../../domain/mailboxes/mailbox-draft.ts';
import type { Mailbox, MailboxSecrets, MailboxState } from '../../domain/mailboxes/mailbox.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { brokenConstraint, ConflictError, NotFoundError } from '../shared/errors.ts';
import { mailboxes, settings } from '../schema/index.ts';
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
  /** What keeps its inbox from being watched, and the cure; null while it is watched, or need not be. */
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

/** Throws ConflictError when another mailbox has the name. */
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
 * Throws NotFoundError, or ConflictError: another mailbox has the name, or the form was changed since `expectedRevision` was read
 * (`mailbox_changed`).
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
    const [row] = await onNameTaken(
      form.name,
      tx
        .update(mailboxes)
        .set({
          ...toRow(form),
          ...sealSecrets(secretBox, id, { password, clientSecret }),
          revision: sql`${mailboxes.revision} + 1`,
          updatedAt: sql`now()`,
        })
        .where(and(present(id), expectedRevision === undefined ? undefined : eq(mailboxes.revision, expectedRevision)))
        .returning(),
    );
    if (row !== undefined) return toRecord(row);
    await findMailbox(tx, id);
    throw new ConflictError(
      'mailbox_changed',
      'Somebody else has changed this mailbox meanwhile: read it again first.',
    );
  });

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

const toRow = ({
  trustedSenders,
  authenticationServers,
  ...form
}: Omit<MailboxInput, 'password' | 'clientSecret'>) => ({
  ...form,
  trustedSenders: [...trustedSenders],
  authenticationServers: [...authenticationServers],
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
