import type { InstructionReading } from '../domain/messages/instruction.ts';
import type { Diagnostic } from '../domain/messages/diagnostic.ts';
import { bodyWithout } from './body.ts';
import type { DateOptions } from './values/dates.ts';
import type { MailHead, OtherText } from './text/own-text.ts';
import { openDocument, type Document } from './text/document.ts';
import { toError, toWarning } from './explain.ts';
import { gather } from './values/gather.ts';
import { instructionFrom } from './values/instruction-from.ts';
import { maxTextLength } from './text/limits.ts';
import { fitToOperation } from './values/operation.ts';
import type { InstructionFault } from './scan/problem.ts';
import { quotedIdentity } from './values/quoted-identity.ts';
import { settle } from './values/settle.ts';
import { gatherSubject } from './values/subject.ts';

export interface ReadOptions extends DateOptions {
  /** `‘ ’ “ ” " ´` count as apostrophes (spec §5); a setting of the mailbox. */
  readonly acceptCurlyQuotes: boolean;
}

export const defaultReadOptions: ReadOptions = { dateFormat: 'dd/MM/yyyy', timeZone: 'UTC', acceptCurlyQuotes: false };

/**
 * Reads the instruction in a message's text and subject (spec §5 and §6), in time and memory linear in its length. No text makes it throw.
 * @throws {RangeError | SyntaxError} for options that `checkDateOptions` refuses.
 */
export const readInstruction = (
  text: string,
  options: ReadOptions,
  head: MailHead | null = null,
): InstructionReading => {
  if (text.length > maxTextLength) return tooLong(text.length);
  const document = openDocument(text, head);
  const found = gather(document, options.acceptCurlyQuotes);
  const subject = gatherSubject(head, options.acceptCurlyQuotes);
  const place = (at: number) => (at < 0 ? null : document.place(at));
  const written = [...subject.occurrences, ...found.occurrences];
  const own = settle([...written, ...subject.people, ...found.people], options, place);
  const quoted = quotedIdentity([...subject.quoted, ...found.quoted], own.values, options, place);
  const gathered = [...subject.faults, ...found.faults];
  const fitted = fitToOperation(new Map([...own.values, ...quoted.values]), [...gathered, ...own.faults]);
  const faults = [...gathered, ...own.faults, ...quoted.faults, ...fitted.faults];
  // The sender who wrote variables in the text knows how; a subject that came along says nothing to them.
  const ofSubject = subject.warnings.filter(
    ({ code }) => code !== 'subject_of_reply' || found.occurrences.length === 0,
  );
  const warnings = [...ofSubject, ...found.warnings, ...own.warnings, ...fitted.warnings];
  const shown = [...written, ...[...quoted.values.values()].map(({ occurrence }) => occurrence)];
  const body = bodyWithout(document, found.spans, { ownOnly: false });
  // A text that was taken for a quotation as a whole is not thrown away.
  const ownBody = bodyWithout(document, found.spans, { ownOnly: true });
  const doubtful = found.warnings.find(
    (warning) => warning.code === 'quoted_instruction' && isInDoubt(warning.other, head),
  );
  return {
    instruction: instructionFrom(fitted.values, shown),
    warnings: inOrder(warnings.map((warning) => toWarning(warning, place(warning.at)))),
    errors: inOrder(faults.map((fault) => toError(fault, placeOf(fault, document)))),
    bodyWithoutInstructions: body,
    ownBody: ownBody === '' && found.spans.length === 0 ? body : ownBody,
    ...(quoted.values.has('RFC_NUMBER') && { isNumberQuoted: true }),
    ...(doubtful !== undefined && { doubt: toWarning(doubtful, document.place(doubtful.at)) }),
  };
};

/** Whether the text may be the sender's own after all: it only looks like another mail's, or stands in a mail that answers none. */
const isInDoubt = (other: OtherText | null, head: MailHead | null): boolean =>
  other?.sign === 'form' || (other?.sign === 'mark' && head?.isReply === false);

const placeOf = (fault: InstructionFault, document: Document) =>
  fault.code === 'text_too_long' || fault.at < 0 ? null : document.place(fault.at);

const inOrder = <T extends Diagnostic>(notices: readonly T[]): readonly T[] =>
  notices.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0));

const tooLong = (length: number): InstructionReading => ({
  instruction: instructionFrom(new Map(), []),
  warnings: [],
  errors: [toError({ code: 'text_too_long', length, at: 0 }, null)],
  bodyWithoutInstructions: '',
});
