import { instructionPlaces, type PlaceRange } from '../../instructions/instruction-places.ts';
import { headOf } from '../../instructions/mail-head.ts';
import { maskTokens } from '../../instructions/mask-tokens.ts';
import { otherTexts, type OtherLines } from '../../instructions/other-texts.ts';
import { readInstruction, type ReadOptions } from '../../instructions/read-instruction.ts';
import { withPlainLineEnds } from '../../instructions/text/characters.ts';
import type { Diagnostic } from '../../domain/messages/diagnostic.ts';
import type { Instruction } from '../../domain/messages/instruction.ts';
import type { MimeReading } from './mime-parse.ts';

/** What a mail says, for show. */
export interface MailView {
  readonly instruction: Instruction;
  /** What of it cannot be followed. */
  readonly errors: readonly Diagnostic[];
  /** The text that instructions are looked for in, cut at 100,000 characters; a token is masked, character by character. */
  readonly text: string;
  /** Where its variables stand. */
  readonly places: readonly PlaceRange[];
  /** Lines that are not the sender's own, and why. */
  readonly others: readonly OtherLines[];
}

const shownCharacters = 100_000;
const shownOthers = 100;

/** Null for a mail that cannot be read. */
export const viewOf = (reading: MimeReading, options: ReadOptions): MailView | null => {
  if (!reading.ok) return null;
  const { message } = reading;
  const head = headOf(message);
  const text = withPlainLineEnds(message.text);
  const { instruction, errors } = readInstruction(text, options, head);
  return {
    instruction,
    errors: errors.map(({ code, message, line, column, variable }) => ({ code, message, line, column, variable })),
    text: maskTokens(text).slice(0, shownCharacters),
    places: instructionPlaces(text, options, head),
    others: otherTexts(text, head).slice(0, shownOthers),
  };
};
