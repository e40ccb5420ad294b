import { variableNames, type VariableName } from './instruction.ts';

/** The columns that `FIELDS_TO_UPDATE` sets, by EasyVista's names and aliases, each with the variable that means the same. */
const namesakes = {
  COMMENT: 'COMMENT',
  DESCRIPTION: 'DESCRIPTION',
  TITLE: 'TITLE',
  ORIGIN: 'ORIGIN',
  PHONE: 'PHONE',
  EXTERNAL_REFERENCE: 'EXTERNAL_REFERENCE',
  ASSET: 'ASSET',
  ASSET_ID: 'ASSET',
  ASSET_TAG: 'ASSET',
  ASSET_NAME: 'ASSET',
  CI: 'CI',
  CI_ID: 'CI',
  CI_ASSET_TAG: 'CI',
  CI_NAME: 'CI',
  URGENCY: 'URGENCY',
  IMPACT: 'IMPACT',
  CODE_CATALOG: 'CODE_CATALOG',
} as const satisfies Readonly<Record<string, VariableName>>;

/** Every column but the organisation's own (`E_*`) and those that are kept without a meaning (`AVAILABLE_FIELD_1` to `6`). */
export const fieldNames = Object.keys(namesakes);

/** A column that the ticket keeps as it is written: the organisation's own, and those that EasyVista leaves free. */
export type CustomField = `E_${string}` | `AVAILABLE_FIELD_${string}`;

export const isCustomField = (column: string): column is CustomField =>
  (column.startsWith('E_') && column.length > 2) || /^AVAILABLE_FIELD_[1-6]$/u.test(column);

/** The variable that a column means; null for a column without one. `column` in upper case. */
export const variableOfField = (column: string): VariableName | null =>
  Object.hasOwn(namesakes, column) ? namesakes[column as keyof typeof namesakes] : null;

/** Columns that EasyVista never lets a mail change, by the form of their names. */
const neverSet: readonly (readonly [form: RegExp, because: string])[] = [
  [/^(?:RFC_NUMBER|REQUEST_ID|ID)$/u, 'the number of a ticket never changes'],
  [/^STATUS/u, "the status follows from the operation: write @OPERATION@='SOLVE', 'STOP' or 'RESTART'"],
  [
    /^(?:REQUEST(?:O|E)R|RECIPIENT|SUBMITTED|LAST_DONE_BY|OWNER)/u,
    'the people of a ticket are named when it is created',
  ],
  [/GROUP/u, 'the support group follows from the category: write {CODE_CATALOG=…}'],
  [/^PARENT_?REQUEST/u, "the parent is named when a ticket is created: write @PARENT_REQUEST@='…'"],
  [/^SLA/u, 'the targets follow from category and priority'],
  [/CATALOG/u, 'the category is changed by {CODE_CATALOG=…}'],
  [/^(?:URGENCY|SEVERITY|IMPACT)_ID$/u, 'levels are written {URGENCY=…}, {IMPACT=…} or @SEVERITY@'],
];

/** Why a column cannot be set, or where it can; null for a column that nobody knows. */
export const whyNotField = (column: string): string | null =>
  neverSet.find(([form]) => form.test(column))?.[1] ??
  (variableNames.some((name) => name === column) ? `it is a variable of its own: write @${column}@='…'` : null);
