import type { OtherText } from '../text/own-text.ts';
import type { Place } from '../text/lines.ts';

interface About {
  readonly variable: string;
  readonly at: number;
}

/** What makes an instruction unfit to be applied. `at` is an offset in the text that was read, in UTF-16 units; below zero in the subject. */
export type InstructionFault =
  | (About & { readonly code: 'wrong_quote'; readonly found: string; readonly closing: boolean })
  | (About & { readonly code: 'missing_quotes' | 'unterminated_value' | 'unterminated_field' | 'malformed_field' })
  | (About & { readonly code: 'stray_sign' | 'look_alike'; readonly found: string })
  | (About & { readonly code: 'braces_expected' | 'braces_not_allowed' | 'value_too_long' })
  | (About & { readonly code: 'missing_at_sign' })
  | (About & { readonly code: 'unknown_field'; readonly field: string })
  | (About & {
      readonly code: 'invalid_value';
      readonly field: string | null;
      readonly found: string;
      readonly expected: string;
    })
  | (About & {
      readonly code: 'conflicting_variable';
      readonly field: string | null;
      readonly first: string;
      /** Null: in the subject. */
      readonly firstPlace: Place | null;
      readonly second: string;
    })
  | (About & { readonly code: 'choice_without_solve' })
  | { readonly code: 'too_many_variables'; readonly at: number }
  | { readonly code: 'text_too_long'; readonly length: number; readonly at: number };

/** What is worth a line in the log and stops nothing. */
export type InstructionWarning =
  | (About & { readonly code: 'unknown_variable' | 'empty_value' | 'missing_at_sign' | 'subject_of_reply' })
  | (About & { readonly code: 'quoted_instruction'; readonly other: OtherText | null })
  | (About & { readonly code: 'variable_without_operation'; readonly operation: string });
