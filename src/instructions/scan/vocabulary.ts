import { variableNames, type VariableName } from '../../domain/messages/instruction.ts';

/** The variable that holds several values, each in braces. */
export const fieldsVariable = 'FIELDS_TO_UPDATE';
export type KnownName = VariableName | typeof fieldsVariable;

/**
 * What a variable's value is made of. `word`: one word; `text`: short, a line break becomes a space; `long_text`: keeps its
 * lines. The others have their own reader.
 */
export type ValueKind =
  'word' | 'token' | 'operation' | 'choice' | 'level' | 'date' | 'person' | 'guid' | 'text' | 'long_text';

export const kindOf: Readonly<Record<VariableName, ValueKind>> = {
  RFC_NUMBER: 'word',
  ACTION_ID: 'word',
  OPERATION: 'operation',
  CODE_CATALOG: 'text',
  CATALOG_GUID: 'guid',
  PARENT_REQUEST: 'word',
  ASSET: 'text',
  CI: 'text',
  DATE: 'date',
  URGENCY: 'level',
  IMPACT: 'level',
  SEVERITY: 'level',
  REQUESTOR: 'person',
  RECIPIENT: 'person',
  ORIGIN: 'text',
  TITLE: 'text',
  DESCRIPTION: 'long_text',
  PHONE: 'text',
  LOCATION: 'text',
  DEPARTMENT: 'text',
  EXTERNAL_REFERENCE: 'text',
  COMMENT: 'long_text',
  CHOICE: 'choice',
  END_DATE: 'date',
  SOLUTION: 'long_text',
  RESTART_DATE: 'date',
  REASON: 'long_text',
  TOKEN: 'token',
};

export const knownNames: readonly KnownName[] = [...variableNames, fieldsVariable];
const byName = new Map<string, KnownName>(knownNames.map((name) => [name, name]));

/** `name` in upper case. */
export const knownName = (name: string): KnownName | null => byName.get(name) ?? null;

/** Kinds whose values hold no apostrophe and no quotation mark of any sort. */
export const isPlainKind = (kind: ValueKind): boolean => kind !== 'text' && kind !== 'long_text' && kind !== 'person';
