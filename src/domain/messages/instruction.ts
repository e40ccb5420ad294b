import type { InstructionError, Diagnostic } from './diagnostic.ts';

/** The operations of spec §6. CREATE has no ticket, the others have one. */
export const operationNames = ['CREATE', 'UPDATE', 'RESTART', 'SOLVE', 'STOP'] as const;
export type OperationName = (typeof operationNames)[number];

/** The variables of spec §6 that hold one value. `FIELDS_TO_UPDATE` holds several and stands apart. */
export const variableNames = [
  'RFC_NUMBER',
  'ACTION_ID',
  'OPERATION',
  'CODE_CATALOG',
  'CATALOG_GUID',
  'PARENT_REQUEST',
  'ASSET',
  'CI',
  'DATE',
  'URGENCY',
  'IMPACT',
  'SEVERITY',
  'REQUESTOR',
  'RECIPIENT',
  'ORIGIN',
  'TITLE',
  'DESCRIPTION',
  'PHONE',
  'LOCATION',
  'DEPARTMENT',
  'EXTERNAL_REFERENCE',
  'COMMENT',
  'CHOICE',
  'END_DATE',
  'SOLUTION',
  'RESTART_DATE',
  'REASON',
  'TOKEN',
] as const;
export type VariableName = (typeof variableNames)[number];

/** 1 high, 2 medium, 3 low. */
export type Level = 1 | 2 | 3;

/** 1 accept, 0 refuse, 2 ask for information. */
export const choices = ['0', '1', '2'] as const;
export type Choice = (typeof choices)[number];

/** What the variables of one message ask for, checked but not yet judged against any ticket. */
export interface Instruction {
  /** As written; null when the mail names none: what it means then is `decide`'s to say. */
  readonly operation: OperationName | null;
  /** Upper case, for example `S160824_000001`. */
  readonly rfcNumber: string | null;
  readonly actionId: string | null;
  readonly choice: Choice | null;
  readonly token: string | null;
  /** ISO 8601 UTC instants. */
  readonly date: string | null;
  readonly endDate: string | null;
  readonly restartDate: string | null;
  readonly urgency: Level | null;
  readonly impact: Level | null;
  readonly severity: Level | null;
  /** Mail address in lower case, or the number of an employee, which has no `@`. */
  readonly requestor: string | null;
  readonly recipient: string | null;
  /** The parent's number, upper case. */
  readonly parentRequest: string | null;
  /** GUID in lower case without braces; else code, name or full path, as written. Of a variable and its namesake in FIELDS_TO_UPDATE the values agree or are an error. */
  readonly category: string | null;
  readonly asset: string | null;
  readonly configurationItem: string | null;
  readonly origin: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly phone: string | null;
  readonly location: string | null;
  readonly department: string | null;
  readonly externalReference: string | null;
  readonly comment: string | null;
  readonly solution: string | null;
  readonly reason: string | null;
  /** Columns of FIELDS_TO_UPDATE that are kept as written (`isCustomField`), in upper case → value. */
  readonly customFields: Readonly<Record<string, string>>;
  /** Every variable found, by name, as written, except that TOKEN is hidden: for show, never for decisions. */
  readonly variables: Readonly<Partial<Record<VariableName, string>>>;
  /** FIELDS_TO_UPDATE, by key in upper case, as written: for show, never for decisions. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A message's text as read by the grammar. With errors, `instruction` holds what could be understood all the same. */
export interface InstructionReading {
  readonly instruction: Instruction;
  readonly warnings: readonly Diagnostic[];
  /** In order of their place; empty when the instruction may be judged. */
  readonly errors: readonly InstructionError[];
  /** The text without the lines that hold only instructions (spec §6, creation), trimmed. */
  readonly bodyWithoutInstructions: string;
  /** The same without what it quotes of other mails. Absent: as `bodyWithoutInstructions`. */
  readonly ownBody?: string;
  /** RFC_NUMBER stands in quoted text alone. */
  readonly isNumberQuoted?: true;
  /** The warning of variables that were left aside because they stand in what may or may not be another mail's text; absent for none. */
  readonly doubt?: Diagnostic;
}
