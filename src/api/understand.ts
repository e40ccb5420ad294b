import { findOptionalMailbox } from '../db/mailboxes.ts';
import type { LedgerEntry } from '../db/message-list.ts';
import { readRaw } from '../db/raw-messages.ts';
import type { Instruction } from '../domain/instruction.ts';
import { secretMask } from '../domain/mailbox-draft.ts';
import { readInstruction } from '../instructions/read-instruction.ts';
import type { ApiDeps } from './deps.ts';
import type { Understood } from './schemas/message.ts';

/** An instruction for show. A token is worth a signature, and masked. */
export const toUnderstood = ({
  operation,
  rfcNumber,
  actionId,
  choice,
  variables,
  fields,
}: Instruction): Understood => ({
  operation,
  rfcNumber,
  actionId,
  choice,
  variables: Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, name === 'TOKEN' ? secretMask : value]),
  ),
  fields: { ...fields },
});

/**
 * What the instruction of a stored message says: nothing of it is kept in the ledger, so it is read anew. Null when the
 * original is gone, was never to be parsed, or cannot be.
 */
export const understand = async (deps: ApiDeps, entry: LedgerEntry): Promise<Understood | null> => {
  if (!entry.rawAvailable || entry.oversized) return null;
  const raw = await readRaw(deps.db, entry.id);
  if (raw === null) return null;
  const reading = await deps.mimeReader.read(raw);
  if (!reading.ok) return null;
  const mailbox = await findOptionalMailbox(deps.db, entry.mailboxId);
  const acceptCurlyQuotes = mailbox?.acceptCurlyQuotes ?? false;
  return toUnderstood(readInstruction(reading.message.text, { ...deps.readOptions, acceptCurlyQuotes }).instruction);
};
