import { asc, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { withoutTokenPolicies } from '../../domain/approvals/approval.ts';
import { unprovenPolicies } from '../../domain/handling/sender-rights.ts';
import { languages } from '../../domain/outgoing/outgoing.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { ConflictError } from '../shared/errors.ts';
import { mailboxes, settings } from '../schema/index.ts';

/** Every setting with its bounds (inclusive) and its default, in this one place. */
export const settingsSchema = z.object({
  /** The agent's global switch: off, no mailbox is read. */
  agentEnabled: z.boolean().default(true),
  /**
   * {TSA} Support return email address; lower case. Until one is set, that of the first mailbox. Set to null: documents are not stored
   * (spec §8).
   */
  supportReturnEmailAddress: z.string().toLowerCase().nullable().default(null),
  /** Days that original messages are kept. */
  rawRetentionDays: z.int().min(1).max(3650).default(30),
  logRetentionDays: z.int().min(1).max(3650).default(365),
  /** Messages of one sender in ten minutes; more are a loop. 0 switches the rule off. */
  loopLimit: z.int().min(0).max(10_000).default(20),
  /** Messages of a Trusted Sender in ten minutes; the alarms of more are counted on one event. 0 switches the rule off. */
  stormLimit: z.int().min(0).max(100_000).default(60),
  /** People made by mail and mails redirected in an hour, in all mailboxes; more are quarantined. 0 switches the rule off. */
  strangersPerHour: z.int().min(0).max(10_000).default(30),
  rejectNullReturnPath: z.boolean().default(true),
  rejectAutoResponders: z.boolean().default(true),
  /** How long a solved ticket waits for a further word before it is closed; a fraction is allowed. */
  closeSolvedAfterHours: z.number().min(0).max(8760).default(72),
  /** Of mails to people without a language of their own. */
  language: z.enum(languages).default('en'),
  /** Spec §7: what becomes of an operation that needs a proved sender, where nothing was proved. */
  unprovenOperation: z.enum(unprovenPolicies).default('confirm'),
  /** Spec §7: what a CHOICE without a token comes to, where the sender's authentication did not pass. */
  approvalWithoutToken: z.enum(withoutTokenPolicies).default('confirm'),
  /** Whether a new ticket is acknowledged, and an instruction with errors answered, to known senders. */
  acknowledgeTickets: z.boolean().default(true),
  answerErrors: z.boolean().default(true),
  /** Mails of these two kinds and answers to choices, to one address in an hour; as many that ask to confirm something; 0: none. */
  answersPerHour: z.int().min(0).max(1000).default(10),
  /** What one read takes from an inbox (spec §11). */
  batchMaxMessages: z.int().min(1).max(1000).default(50),
  batchMaxBytes: z
    .int()
    .min(1)
    .max(1024 ** 3)
    .default(64 * 1024 ** 2),
});

export type Settings = Readonly<z.output<typeof settingsSchema>>;

export const readSettings = async (db: Db | Tx): Promise<Settings> => {
  const rows = await db.select({ key: settings.key, value: settings.value }).from(settings);
  const stored = Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  const read = settingsSchema.parse(stored);
  return Object.hasOwn(stored, returnAddress) ? read : { ...read, [returnAddress]: await firstMailboxAddress(db) };
};

/** The return address that an administrator chose; null where none was, and the first mailbox's is it. */
export const readChosenReturnAddress = async (db: Db | Tx): Promise<string | null> => {
  const [row] = await db.select({ value: settings.value }).from(settings).where(eq(settings.key, returnAddress));
  return settingsSchema.shape.supportReturnEmailAddress.parse(row?.value);
};

const returnAddress = 'supportReturnEmailAddress';

const firstMailboxAddress = async (db: Db | Tx): Promise<string | null> => {
  const [first] = await db
    .select({ address: mailboxes.address })
    .from(mailboxes)
    .where(isNull(mailboxes.deletedAt))
    .orderBy(asc(mailboxes.id))
    .limit(1);
  return first?.address ?? null;
};

/**
 * Stores the settings named, all of them or none. Throws ZodError for a value out of its bounds, ConflictError
 * (`support_return_address_of_mailbox`) for a return address that no mailbox has (spec §8).
 */
export const updateSettings = async (
  db: Db | Tx,
  changes: { readonly [Key in keyof Settings]?: Settings[Key] | undefined },
): Promise<Settings> => {
  const named = z.partialRecord(settingsSchema.keyof(), z.unknown()).parse(changes);
  const checked = settingsSchema.parse(named);
  const rows = settingsSchema
    .keyof()
    .options.filter((key) => named[key] !== undefined)
    // Drizzle writes null as SQL's NULL, not as JSON's.
    .map((key) => ({ key, value: checked[key] ?? sql`'null'::jsonb` }));
  return db.transaction(async (tx) => {
    if (checked.supportReturnEmailAddress !== null) await requireMailboxAddress(tx, checked.supportReturnEmailAddress);
    if (rows.length > 0)
      await tx
        .insert(settings)
        .values(rows)
        .onConflictDoUpdate({ target: settings.key, set: { value: sql`excluded.value`, updatedAt: sql`now()` } });
    return readSettings(tx);
  });
};

const requireMailboxAddress = async (tx: Tx, address: string): Promise<void> => {
  const known = await tx.select({ address: mailboxes.address }).from(mailboxes).where(isNull(mailboxes.deletedAt));
  if (known.some((mailbox) => mailbox.address === address)) return;
  const addresses = known.map((mailbox) => mailbox.address).join(', ');
  throw new ConflictError(
    'support_return_address_of_mailbox',
    `No mailbox has the address ${address}: replies to it would never be read. ${addresses === '' ? 'Create its mailbox first.' : `Choose one of: ${addresses}.`}`,
  );
};
