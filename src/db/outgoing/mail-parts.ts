import { and, asc, eq, sql } from 'drizzle-orm';
import { namedParts, type MailPart } from '../../domain/outgoing/mail-parts.ts';
import type { Language } from '../../domain/outgoing/outgoing.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { ConflictError } from '../shared/errors.ts';
import { mailParts } from '../schema/index.ts';
import { listTemplates } from './templates.ts';

export interface StoredPart extends MailPart {
  /** Lower case. */
  readonly name: string;
  readonly language: Language;
}

export const listMailParts = (db: Db | Tx): Promise<StoredPart[]> =>
  db
    .select({ name: mailParts.name, language: mailParts.language, text: mailParts.text, html: mailParts.html })
    .from(mailParts)
    .orderBy(asc(mailParts.name), asc(mailParts.language));

/** By name. */
export const readMailParts = async (db: Db | Tx, language: Language): Promise<ReadonlyMap<string, MailPart>> =>
  new Map(
    (await listMailParts(db)).filter((part) => part.language === language).map(({ name, ...part }) => [name, part]),
  );

export const saveMailPart = async (db: Db | Tx, { name, language, ...part }: StoredPart): Promise<void> => {
  await db
    .insert(mailParts)
    .values({ name, language, ...part })
    .onConflictDoUpdate({ target: [mailParts.name, mailParts.language], set: { ...part, updatedAt: sql`now()` } });
};

/** False when there is none. Throws ConflictError while a template names it. */
export const deleteMailPart = async (db: Db | Tx, name: string, language: Language): Promise<boolean> => {
  const users = (await listTemplates(db)).filter(
    (template) => template.language === language && namedParts(template).includes(name),
  );
  if (users.length > 0)
    throw new ConflictError(
      'mail_part_in_use',
      `Templates name this part: ${users.map((template) => template.name).join(', ')}. Change them first.`,
    );
  const gone = await db
    .delete(mailParts)
    .where(and(eq(mailParts.name, name), eq(mailParts.language, language)))
    .returning({ name: mailParts.name });
  return gone.length > 0;
};
