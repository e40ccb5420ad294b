import { isCustomField } from '../../domain/messages/fields.ts';
import type { Instruction, VariableName } from '../../domain/messages/instruction.ts';
import type { Occurrence } from '../scan/occurrences.ts';
import { hiddenToken, type Settlement } from './settle.ts';
import { readChoice, readLevel, readOperation } from './values.ts';

/** The instruction that settled values make up; `occurrences` is all that is to be shown, in order. */
export const instructionFrom = (values: Settlement['values'], occurrences: readonly Occurrence[]): Instruction => {
  const text = (name: VariableName): string | undefined => values.get(name)?.value;
  const customFields: Record<string, string> = {};
  for (const [name, { value }] of values) if (isCustomField(name)) customFields[name] = value;
  return {
    operation: readOperation(text('OPERATION')),
    rfcNumber: text('RFC_NUMBER') ?? null,
    actionId: text('ACTION_ID') ?? null,
    choice: readChoice(text('CHOICE')),
    token: text('TOKEN') ?? null,
    date: text('DATE') ?? null,
    endDate: text('END_DATE') ?? null,
    restartDate: text('RESTART_DATE') ?? null,
    urgency: readLevel(text('URGENCY')),
    impact: readLevel(text('IMPACT')),
    severity: readLevel(text('SEVERITY')),
    requestor: text('REQUESTOR') ?? null,
    recipient: text('RECIPIENT') ?? null,
    parentRequest: text('PARENT_REQUEST') ?? null,
    category: text('CATALOG_GUID') ?? text('CODE_CATALOG') ?? null,
    asset: text('ASSET') ?? null,
    configurationItem: text('CI') ?? null,
    origin: text('ORIGIN') ?? null,
    title: text('TITLE') ?? null,
    description: text('DESCRIPTION') ?? null,
    phone: text('PHONE') ?? null,
    location: text('LOCATION') ?? null,
    department: text('DEPARTMENT') ?? null,
    externalReference: text('EXTERNAL_REFERENCE') ?? null,
    comment: text('COMMENT') ?? null,
    solution: text('SOLUTION') ?? null,
    reason: text('REASON') ?? null,
    customFields,
    ...shownValues(occurrences),
  };
};

const shownValues = (occurrences: readonly Occurrence[]): Pick<Instruction, 'variables' | 'fields'> => {
  const variables: Record<string, string> = {};
  const fields: Record<string, string> = {};
  for (const { name, field, value } of occurrences) {
    if (field !== null) fields[field] ??= value;
    else variables[name] ??= name === 'TOKEN' ? hiddenToken : value;
  }
  return { variables, fields };
};
