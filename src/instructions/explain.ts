import type { QuarantineReason } from '../domain/messages/disposition.ts';
import { fieldNames, whyNotField } from '../domain/messages/fields.ts';
import type { InstructionError, Diagnostic } from '../domain/messages/diagnostic.ts';
import { breakVariables } from '../domain/outgoing/break-variables.ts';
import type { Place } from './text/lines.ts';
import type { OtherText, OtherTextSign } from './text/own-text.ts';
import { maxTextLength, maxValueLength, maxVariables } from './text/limits.ts';
import type { InstructionFault, InstructionWarning } from './scan/problem.ts';
import { fieldsVariable } from './scan/vocabulary.ts';

const longestExcerpt = 60;

export const toError = (fault: InstructionFault, place: Place | null): InstructionError => ({
  code: fault.code,
  message: explainFault(fault),
  line: place?.line ?? null,
  column: place?.column ?? null,
  variable: 'variable' in fault ? fault.variable : null,
  reason: reasonFor(fault),
});

export const toWarning = (warning: InstructionWarning, place: Place | null): Diagnostic => ({
  code: warning.code,
  message: explainWarning(warning),
  line: place?.line ?? null,
  column: place?.column ?? null,
  variable: warning.variable,
});

const reasonFor = (fault: InstructionFault): QuarantineReason => {
  switch (fault.code) {
    case 'conflicting_variable':
    case 'unknown_field':
    case 'invalid_value':
      return fault.code;
    case 'value_too_long':
    case 'too_many_variables':
    case 'text_too_long':
      return 'too_large';
    default:
      return 'malformed_instruction';
  }
};

/** What was found, and what to write in its place. */
const explainFault = (fault: InstructionFault): string => {
  switch (fault.code) {
    case 'wrong_quote':
      return `The value of @${fault.variable}@ ${fault.closing ? 'ends' : 'begins'} with ${named(fault.found)}. Write the straight apostrophe ' (U+0027) before and after it: @${fault.variable}@='…'`;
    case 'missing_quotes':
      return `The value of @${fault.variable}@ does not stand between apostrophes. Write ${pattern(fault.variable)}`;
    case 'unterminated_value':
      return `The value of @${fault.variable}@ has no apostrophe (') at its end. Put one at the end of its line, or before the next variable.`;
    case 'stray_sign':
      return `Between @${fault.variable}@ and its value stands ${excerpt(fault.found)}. Write ${pattern(fault.variable)}`;
    case 'look_alike':
      return `${excerpt(fault.found)} holds signs or letters that only look like those of @${fault.variable}@. Write ${pattern(fault.variable)} with the plain signs @ and = and plain letters.`;
    case 'missing_at_sign':
      return `@${fault.variable} lacks its second @. Write ${pattern(fault.variable)}`;
    case 'braces_expected':
      return `@${fault.variable}@ holds fields, each between braces. Write ${pattern(fault.variable)}`;
    case 'braces_not_allowed':
      return `@${fault.variable}@ has one value, between apostrophes; only @${fieldsVariable}@ has braces. Write @${fault.variable}@='…'`;
    case 'malformed_field':
      return `A brace of @${fault.variable}@ does not begin with the name of a field and =. Write ${pattern(fault.variable)}`;
    case 'unterminated_field':
      return `A field of @${fault.variable}@ has no closing brace (}). Braces inside its value must come in pairs.`;
    case 'unknown_field':
      return explainField(fault.variable, fault.field);
    case 'invalid_value':
      return `${excerpt(fault.found)} is no value for ${subject(fault)}: ${fault.expected}.`;
    case 'conflicting_variable':
      return `${subject(fault)} has two values: ${excerpt(fault.first)} (${fault.firstPlace === null ? 'in the subject' : `line ${fault.firstPlace.line}, column ${fault.firstPlace.column}`}) and ${excerpt(fault.second)}. Leave one of them.`;
    case 'choice_without_solve':
      return "@CHOICE@ answers an action, and counts only together with @OPERATION@='SOLVE'. Add it, or remove the choice.";
    case 'value_too_long':
      return `A value of @${fault.variable}@ is longer than ${maxValueLength} characters. Send it as an attachment.`;
    case 'too_many_variables':
      return `The text holds more than ${maxVariables} variables.`;
    case 'text_too_long':
      return `The text has ${fault.length} characters; up to ${maxTextLength} are read for instructions. Send the rest as an attachment.`;
    default:
      return fault satisfies never;
  }
};

const explainField = (variable: string, field: string): string => {
  const because = whyNotField(field);
  return because === null
    ? `@${variable}@ does not know the field ${field}. Known are ${fieldNames.join(', ')}, AVAILABLE_FIELD_1 to AVAILABLE_FIELD_6 and custom fields (E_…).`
    : `@${variable}@ cannot set the field ${field}: ${because}.`;
};

const explainWarning = (warning: InstructionWarning): string => {
  switch (warning.code) {
    case 'unknown_variable':
      return `@${warning.variable}@ is no known variable; it was read as text.`;
    case 'empty_value':
      return `${warning.variable} has an empty value, and counts as not given.`;
    case 'missing_at_sign':
      return `@${warning.variable} lacks its second @; it was read as text. A variable is written ${pattern(warning.variable)}`;
    case 'quoted_instruction':
      return `${takenFor(warning.other)}Variables in quoted text order nothing. Write them above the quoted mail if they are meant.`;
    case 'subject_of_reply':
      return 'Variables in the subject of a reply or a forward name a ticket and order nothing. Write them in the text if they are meant.';
    case 'variable_without_operation':
      return `@${warning.variable}@ counts only together with @OPERATION@='${warning.operation}'; it was left aside.`;
    default:
      return warning satisfies never;
  }
};

export const signWords: Readonly<Record<OtherTextSign, string>> = {
  mark: 'they begin with >',
  reply_divider: 'they stand below the line above which an answer is written',
  divider: 'they stand below words between dashes',
  header_block: 'they stand below the header of another mail',
  attribution: 'they stand below a line that names the writer and the date of another mail',
  form: 'they stand below what looks like the beginning of another mail',
};

const takenFor = (other: OtherText | null): string =>
  other === null
    ? ''
    : `Lines ${other.from + 1} to ${other.to} were taken for a quotation, because ${signWords[other.sign]}. `;

const subject = ({ variable, field }: { readonly variable: string; readonly field: string | null }): string =>
  field === null ? `@${variable}@` : `${field} of @${variable}@`;

const pattern = (variable: string): string =>
  variable === fieldsVariable ? `@${variable}@={FIELD=value} {FIELD=value}` : `@${variable}@='…'`;

/** The character with its code point: some cannot be told apart by eye. */
const named = (character: string): string =>
  `${character} (U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')})`;

/** A value for a person to read: between quotes, on one line, and not too long. */
const excerpt = (value: string): string => {
  const line = breakVariables(value.slice(0, longestExcerpt + 1)).replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ');
  return `"${line.length > longestExcerpt ? `${line.slice(0, longestExcerpt)}…` : line}"`;
};
