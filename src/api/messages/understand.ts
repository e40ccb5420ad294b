import { findOptionalMailbox } from '../../db/mailboxes/mailboxes.ts';
import type { LedgerEntry } from '../../db/messages/message-list.ts';
import { readRaw } from '../../db/messages/raw-messages.ts';
import type { Instruction } from '../../domain/messages/instruction.ts';
import type { Diagnostic } from '../../domain/messages/diagnostic.ts';
import { secretMask } from '../../domain/mailboxes/mailbox-draft.ts';
import type { OtherLines } from '../../instructions/other-texts.ts';
import type { PlaceRange } from '../../instructions/instruction-places.ts';
import type { ApiDeps } from '../http/deps.ts';
import type { Understood } from './message.schema.ts';

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

export interface ReadAnew {
  readonly understood: Understood | null;
  /** The text that instructions are looked for in, cut at 100,000 characters; a token is masked, character by character. */
  readonly text: string | null;
  /** Where its variables stand. */
  readonly places: PlaceRange[];
  /** What of it was taken for other mails' text, and why. */
  readonly others: OtherLines[];
  /** What of it cannot be followed. */
  readonly errors: Diagnostic[];
}

/**
 * A stored message and what its instruction says: nothing of it is kept in the ledger, so it is read anew. Both null when the original is
 * gone, was never to be parsed, or cannot be.
 */
export const understand = async (deps: ApiDeps, entry: LedgerEntry): Promise<ReadAnew> => {
  const nothing = { understood: null, text: null, places: [], others: [], errors: [] };
  if (!entry.rawAvailable || entry.oversized) return nothing;
  const raw = await readRaw(deps.db, entry.id);
  if (raw === null) return nothing;
  const mailbox = await findOptionalMailbox(deps.db, entry.mailboxId);
  const acceptCurlyQuotes = mailbox?.acceptCurlyQuotes ?? false;
  const view = await deps.mailViewer.view(raw, { ...deps.readOptions, acceptCurlyQuotes });
  if (view === null) return nothing;
  const { instruction, errors, text, places, others } = view;
  return {
    understood: toUnderstood(instruction),
    errors: [...errors],
    text,
    places: [...places],
    others: [...others],
  };
};
