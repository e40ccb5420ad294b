import { eq, isNull, sql } from 'drizzle-orm';
import type { MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { readMailboxSecrets, sealSecrets } from './mailboxes.ts';
import { mailboxes } from '../schema/index.ts';
import { sealAlone } from './sealing-lock.ts';
import type { SecretBox } from './secrets.ts';

/** Seals anew what an older key sealed, so that that key can go. Returns how many secrets. Throws SecretKeyError, with nothing changed. */
export const resealMailboxSecrets = (db: Db, secretBox: SecretBox): Promise<number> =>
  db.transaction(async (tx) => {
    await sealAlone(tx);
    const rows = await tx.select().from(mailboxes).where(isNull(mailboxes.deletedAt)).for('update');
    let resealed = 0;
    for (const { id, passwordEncrypted, clientSecretEncrypted } of rows) {
      const isOld = (sealed: string | null): boolean => sealed !== null && !secretBox.isCurrent(sealed);
      const old = [passwordEncrypted, clientSecretEncrypted].filter(isOld).length;
      if (old === 0) continue;
      await reseal(tx, id, await readMailboxSecrets(tx, secretBox, id), secretBox);
      resealed += old;
    }
    return resealed;
  });

interface KeyChange {
  /** Opens all that is stored. */
  readonly current: () => SecretBox;
  /** Seals from now on. Every process that opens secrets must be able to know its key when this returns. */
  readonly next: () => SecretBox;
  /** In the same transaction. */
  readonly note: (tx: Tx, values: number) => Promise<void>;
}

/**
 * Seals every secret with another key, in one transaction, while nobody else seals. `next` is called after all have been opened.
 * Returns how many. Throws SecretKeyError, with nothing changed.
 */
export const changeSecretKey = (db: Db, { current, next, note }: KeyChange): Promise<number> =>
  db.transaction(async (tx) => {
    await sealAlone(tx);
    const rows = await tx.select({ id: mailboxes.id }).from(mailboxes).where(isNull(mailboxes.deletedAt)).for('update');
    const box = current();
    const opened: { readonly id: number; readonly secrets: MailboxSecrets }[] = [];
    for (const { id } of rows) opened.push({ id, secrets: await readMailboxSecrets(tx, box, id) });
    const nextBox = next();
    for (const { id, secrets } of opened) await reseal(tx, id, secrets, nextBox);
    const secrets = opened.flatMap(({ secrets: { password, clientSecret } }) => [password, clientSecret]);
    const values = secrets.filter((secret) => secret !== null).length;
    await note(tx, values);
    return values;
  });

const reseal = async (tx: Tx, id: number, secrets: MailboxSecrets, box: SecretBox): Promise<void> => {
  await tx
    .update(mailboxes)
    .set(sealSecrets(box, id, secrets))
    .where(eq(mailboxes.id, id));
};

/** `drop` is told, while nobody seals, the ids of the keys that something is sealed with: the others can go. */
export const dropUnusedKeys = (db: Db, drop: (used: ReadonlySet<string>) => void): Promise<void> =>
  db.transaction(async (tx) => {
    await sealAlone(tx);
    drop(new Set((await countSecretsByKey(tx)).keys()));
  });

/** How many secrets each key has sealed, by the key's id. */
export const countSecretsByKey = async (db: Db | Tx): Promise<ReadonlyMap<string, number>> => {
  const rows = await db.execute<{ id: string; values: number }>(sql`
    select split_part(sealed, '.', 2) as id, count(*)::int as values
    from ${mailboxes}, unnest(array[${mailboxes.passwordEncrypted}, ${mailboxes.clientSecretEncrypted}]) as sealed
    where sealed is not null and ${mailboxes.deletedAt} is null
    group by 1`);
  return new Map(rows.map(({ id, values }) => [id, values]));
};
