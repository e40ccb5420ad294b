import { isCustomField, variableOfField, type CustomField } from '../../domain/messages/fields.ts';
import type { VariableName } from '../../domain/messages/instruction.ts';
import { trimSpace, withoutStrayUnseen, withoutUnseen } from '../text/characters.ts';
import type { InstructionFault } from './problem.ts';
import type { FoundVariable } from './scan.ts';
import { fieldsVariable, kindOf, type ValueKind } from './vocabulary.ts';

/** One value at one place. `at` is an offset in the document. */
export interface Occurrence {
  readonly name: VariableName | CustomField;
  /** Its name in FIELDS_TO_UPDATE, when it came by that. */
  readonly field: string | null;
  readonly kind: ValueKind;
  readonly value: string;
  readonly at: number;
}

/** The values that one variable holds: one, or one a field. A field that nobody knows is a fault. */
export const occurrencesOf = (variable: FoundVariable): readonly (Occurrence | InstructionFault)[] => {
  if (variable.name !== fieldsVariable) {
    const { name, value, at } = variable;
    return [{ name, field: null, kind: kindOf[name], value: seen(kindOf[name], value), at }];
  }
  return variable.fields.map(({ key, value, at }) => {
    if (isCustomField(key)) return { name: key, field: key, kind: 'text', value: seen('text', value), at };
    const name = variableOfField(key);
    if (name === null) return { code: 'unknown_field', variable: fieldsVariable, field: key, at };
    return { name, field: key, kind: kindOf[name], value: seen(kindOf[name], value), at };
  });
};

/** The value as a person sees it: characters that show nothing are no part of it. */
const seen = (kind: ValueKind, value: string): string => {
  if (kind === 'long_text') return value;
  return trimSpace(kind === 'text' ? withoutStrayUnseen(value) : withoutUnseen(value));
};
