import type { Place } from '../text/lines.ts';
import { foldLines } from '../text/fold.ts';
import type { CustomField } from '../../domain/messages/fields.ts';
import type { Occurrence } from '../scan/occurrences.ts';
import type { InstructionFault, InstructionWarning } from '../scan/problem.ts';
import { readValue } from './values.ts';
import type { DateOptions } from './dates.ts';
import { fieldsVariable } from '../scan/vocabulary.ts';
import type { VariableName } from '../../domain/messages/instruction.ts';

/** Stands for the value of TOKEN wherever it is shown: whoever reads it could answer for the approver. */
export const hiddenToken = '********';

export interface Settled {
  /** In the form in which values that mean the same are equal. */
  readonly value: string;
  readonly occurrence: Occurrence;
}

export interface Settlement {
  readonly values: ReadonlyMap<VariableName | CustomField, Settled>;
  readonly faults: readonly InstructionFault[];
  readonly warnings: readonly InstructionWarning[];
}

/** What the occurrences come to when each is read: of those with one name the values agree, or are a fault. */
export const settle = (
  occurrences: readonly Occurrence[],
  options: DateOptions,
  placeOf: (at: number) => Place | null,
): Settlement => {
  const values = new Map<VariableName | CustomField, Settled>();
  const faults: InstructionFault[] = [];
  const warnings: InstructionWarning[] = [];
  for (const occurrence of occurrences) {
    const { name, field, kind, value: raw, at } = occurrence;
    const variable = field === null ? name : fieldsVariable;
    if (raw === '' && kind !== 'choice' && kind !== 'operation') {
      warnings.push({ code: 'empty_value', variable: field ?? name, at });
      continue;
    }
    const read = readValue(kind, raw, options);
    if (!read.ok) {
      faults.push({ code: 'invalid_value', variable, field, found: shown(occurrence), expected: read.expected, at });
      continue;
    }
    const earlier = values.get(name);
    if (earlier === undefined) values.set(name, { value: read.value, occurrence });
    else if (foldLines(earlier.value) !== foldLines(read.value)) {
      const first = shown(earlier.occurrence);
      const firstPlace = placeOf(earlier.occurrence.at);
      faults.push({ code: 'conflicting_variable', variable, field, first, firstPlace, second: shown(occurrence), at });
    }
  }
  return { values, faults, warnings };
};

const shown = ({ name, value }: Occurrence): string => (name === 'TOKEN' ? hiddenToken : value);
