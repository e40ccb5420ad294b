import type { QuarantineReason } from './disposition.ts';

/** Something said about a message, in the form of spec §12. A notice alone is a warning: it stops nothing. */
export interface Diagnostic {
  readonly code: string;
  /** A sentence that says what was found and, where something can be done, what to do. */
  readonly message: string;
  /** 1-based place in the message's text, columns in UTF-16 units; null when it has none. */
  readonly line: number | null;
  readonly column: number | null;
  /** The variable it is about, upper case, without `@`; null when none. */
  readonly variable: string | null;
}

/** A fault in an instruction: nothing of the message is applied (spec §7), and it is quarantined for `reason`. */
export interface InstructionError extends Diagnostic {
  readonly reason: QuarantineReason;
}
