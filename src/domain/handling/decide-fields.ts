import type { KnownItem } from './facts.ts';
import { warning, type DecisionContext } from './refusals.ts';
import type { Diagnostic } from '../messages/diagnostic.ts';
import type { PlannedDocuments } from './plan.ts';
import type { TicketFields } from '../tickets/ticket.ts';

/**
 * The fields that the mail sets to something else than `current` has (null: a ticket that does not exist yet), save category, title,
 * description and priority, which creation and change judge by themselves.
 */
export const namedFields = (
  { instruction, facts }: DecisionContext,
  current: TicketFields | null,
): { readonly fields: Partial<TicketFields>; readonly warnings: readonly Diagnostic[] } => {
  const asset = itemOf(instruction.asset, facts.asset);
  const item = itemOf(instruction.configurationItem, facts.configurationItem);
  const { urgency, impact, severity, origin, phone, location, department, externalReference } = instruction;
  return {
    fields: {
      ...(isNew(urgency, current?.urgency) && { urgency }),
      ...(isNew(impact, current?.impact) && { impact }),
      ...(isNew(severity, current?.severity) && { severity }),
      ...(asset !== null &&
        !(asset.id === current?.assetId && asset.text === current.assetText) && {
          assetId: asset.id,
          assetText: asset.text,
        }),
      ...(item !== null &&
        !(item.id === current?.configurationItemId && item.text === current.configurationItemText) && {
          configurationItemId: item.id,
          configurationItemText: item.text,
        }),
      ...(isNew(origin, current?.origin) && { origin }),
      ...(isNew(phone, current?.phone) && { phone }),
      ...(isNew(location, current?.location) && { location }),
      ...(isNew(department, current?.department) && { department }),
      ...(isNew(externalReference, current?.externalReference) && { externalReference }),
      ...(Object.entries(instruction.customFields).some(([key, value]) => current?.customFields[key] !== value) && {
        customFields: { ...current?.customFields, ...instruction.customFields },
      }),
    },
    warnings: [
      ...unknownItem(asset, 'unknown_asset', 'ASSET', 'No single asset has this tag or name'),
      ...unknownItem(item, 'unknown_configuration_item', 'CI', 'No single configuration item has this name'),
    ],
  };
};

/** Whether the mail names a value, and another one than there is. */
export const isNew = <Value>(value: Value | null, current: Value | null | undefined): value is Value =>
  value !== null && value !== current;

/** Exactly one of id and text: what is known by the catalogue, or what the mail wrote. */
type Item = { readonly id: number; readonly text: null } | { readonly id: null; readonly text: string };

const itemOf = (written: string | null, known: KnownItem | null): Item | null => {
  if (written === null) return null;
  return known === null ? { id: null, text: written } : { id: known.id, text: null };
};

const unknownItem = (item: Item | null, code: string, variable: string, what: string): readonly Diagnostic[] =>
  item?.text == null ? [] : [warning(code, variable, `${what}: ${item.text}. The ticket keeps it as text.`)];

/** Spec §8: attachments, and the reply's own text; nothing while {TSA} Support return email address is not set. */
export const plannedDocuments = (
  { message, policy }: DecisionContext,
  reply: boolean,
): { readonly documents: PlannedDocuments; readonly warnings: readonly Diagnostic[] } => {
  const { attachments } = message;
  if (policy.storeDocuments || (attachments.length === 0 && !reply))
    return { documents: { attachments, reply }, warnings: [] };
  return {
    documents: { attachments: [], reply: false },
    warnings: [
      warning(
        'documents_not_stored',
        null,
        `The mail's documents are not stored: set {TSA} Support return email address to the address of a mailbox.`,
      ),
    ],
  };
};

/** One warning for each variable that the mail sets and the operation has no use for (spec §6, the columns of the table). */
export const ignoredVariables = (
  values: Readonly<Record<string, string | null>>,
  because: string,
): readonly Diagnostic[] =>
  Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([name]) => warning('variable_ignored', name, `@${name}@ has no effect here: ${because}.`));
