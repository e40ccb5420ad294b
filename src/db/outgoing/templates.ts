import { and, eq, sql } from 'drizzle-orm';
import { languages, type Language } from '../../domain/outgoing/outgoing.ts';
import type { Template } from '../../domain/outgoing/template.ts';
import { shippedTemplate, templateNames, type TemplateName } from '../../domain/outgoing/templates/shipped.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { templates } from '../schema/index.ts';

/** A template as it is used. */
export interface StoredTemplate extends Template {
  readonly name: TemplateName;
  readonly language: Language;
  /** False: as shipped. */
  readonly changed: boolean;
}

/** Every template in every language, those of an administrator in place of the shipped ones. */
export const listTemplates = async (db: Db | Tx): Promise<StoredTemplate[]> => {
  const rows = await db.select().from(templates);
  return templateNames.flatMap((name) =>
    languages.map((language) => {
      const row = rows.find((stored) => stored.name === name && stored.language === language);
      const { subject, text, html } = row ?? shippedTemplate(name, language);
      return { name, language, subject, text, html, changed: row !== undefined };
    }),
  );
};

export const saveTemplate = async (
  db: Db | Tx,
  { name, language, ...template }: Template & { readonly name: TemplateName; readonly language: Language },
): Promise<void> => {
  await db
    .insert(templates)
    .values({ name, language, ...template })
    .onConflictDoUpdate({
      target: [templates.name, templates.language],
      set: { ...template, updatedAt: sql`now()` },
    });
};

/** Back to the shipped one. */
export const resetTemplate = async (db: Db | Tx, name: TemplateName, language: Language): Promise<void> => {
  await db.delete(templates).where(and(eq(templates.name, name), eq(templates.language, language)));
};
