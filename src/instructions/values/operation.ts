import type { OperationName, VariableName } from '../../domain/messages/instruction.ts';
import type { InstructionFault, InstructionWarning } from '../scan/problem.ts';
import type { Settlement } from './settle.ts';

/** Variables that mean something with one operation only (spec §6). */
const boundTo: readonly (readonly [name: VariableName, operation: OperationName])[] = [
  ['END_DATE', 'SOLVE'],
  ['SOLUTION', 'SOLVE'],
  ['RESTART_DATE', 'STOP'],
  ['REASON', 'STOP'],
];

/**
 * The values without those that do not belong to their operation. A choice without SOLVE is a fault: somebody meant to decide.
 * Beside an operation that is itself a fault, there is nothing more to say.
 */
export const fitToOperation = (values: Settlement['values'], faults: readonly InstructionFault[]): Settlement => {
  if (faults.some((fault) => 'variable' in fault && fault.variable === 'OPERATION')) {
    return { values, faults: [], warnings: [] };
  }
  const operation = values.get('OPERATION')?.value;
  const choice = values.get('CHOICE')?.occurrence;
  const fitting = new Map(values);
  const warnings: InstructionWarning[] = [];
  for (const [name, needed] of boundTo) {
    const settled = values.get(name);
    if (settled === undefined || operation === needed) continue;
    fitting.delete(name);
    warnings.push({ code: 'variable_without_operation', variable: name, operation: needed, at: settled.occurrence.at });
  }
  const isStray = choice !== undefined && operation !== 'SOLVE';
  return {
    values: fitting,
    faults: isStray ? [{ code: 'choice_without_solve', variable: 'CHOICE', at: choice.at }] : [],
    warnings,
  };
};
