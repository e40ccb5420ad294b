import type { Document } from '../text/document.ts';
import { maxVariables } from '../text/limits.ts';
import type { Span } from '../text/links.ts';
import { occurrencesOf, type Occurrence } from '../scan/occurrences.ts';
import { passagesOf, type Passage } from '../text/passages.ts';
import { findPersonLines } from '../scan/person-line.ts';
import type { InstructionFault, InstructionWarning } from '../scan/problem.ts';
import type { OtherText } from '../text/own-text.ts';
import { isIdentifier, type QuotedOccurrence } from './quoted-identity.ts';
import { scan } from '../scan/scan.ts';

/** All that a document says, not yet read as values. Every offset is one of the document. */
export interface Gathered {
  /** From the sender's own text, in order. */
  readonly occurrences: readonly Occurrence[];
  /** Of both people, one a line `Recipient / Requesting person`. */
  readonly people: readonly Occurrence[];
  readonly quoted: readonly QuotedOccurrence[];
  readonly faults: readonly InstructionFault[];
  readonly warnings: readonly InstructionWarning[];
  /** What of the text is instruction, in order. */
  readonly spans: readonly Span[];
}

const isFault = (item: Occurrence | InstructionFault): item is InstructionFault => 'code' in item;

export const gather = (document: Document, acceptCurlyQuotes: boolean): Gathered => {
  const passages = passagesOf(document);
  const own = passages.filter(({ depth }) => depth === 0);
  const gathered = gatherOwn(own, acceptCurlyQuotes);
  const quoted = passages
    .filter(({ depth }) => depth > 0)
    .flatMap((passage) => gatherQuoted(passage, acceptCurlyQuotes));
  const order = quoted.find(({ name }) => !isIdentifier(name));
  const isIgnored = order !== undefined && gathered.occurrences.length === 0;
  return {
    ...gathered,
    quoted: quoted.filter(({ name }) => isIdentifier(name)),
    warnings: isIgnored
      ? [
          ...gathered.warnings,
          { code: 'quoted_instruction', variable: order.name, at: order.at, other: otherAt(document, order.at) },
        ]
      : gathered.warnings,
  };
};

/** The stretch of another mail's lines that an offset stands in. */
const otherAt = (document: Document, at: number): OtherText | null => {
  const line = document.place(at).line - 1;
  return document.others.find(({ from, to }) => from <= line && line < to) ?? null;
};

/** What the sender's own words hold. */
export const gatherOwn = (passages: readonly Passage[], acceptCurlyQuotes: boolean): Omit<Gathered, 'quoted'> => {
  const occurrences: Occurrence[] = [];
  const people: Occurrence[] = [];
  const faults: InstructionFault[] = [];
  const warnings: InstructionWarning[] = [];
  const spans: Span[] = [];
  let left = maxVariables;
  for (const { text, base } of passages) {
    const found = scan(text, acceptCurlyQuotes, left);
    left -= found.variables.length + found.unknown.length + found.faults.length;
    for (const variable of found.variables) {
      spans.push({ from: base + variable.at, to: base + variable.to });
      for (const item of occurrencesOf(variable)) {
        const placed = { ...item, at: base + item.at };
        if (isFault(placed)) faults.push(placed);
        else occurrences.push(placed);
      }
    }
    faults.push(...found.faults.map((fault) => ({ ...fault, at: base + fault.at })));
    warnings.push(
      ...found.unknown.map(({ name, at }) => ({ code: 'unknown_variable' as const, variable: name, at: base + at })),
    );
    const lines: Span[] = [];
    let passed = spans.length - found.variables.length;
    for (const { value, at, to } of findPersonLines(text)) {
      if (left <= 0) break;
      const from = base + at;
      while ((spans[passed]?.to ?? Number.POSITIVE_INFINITY) <= from) passed += 1;
      if ((spans[passed]?.from ?? Number.POSITIVE_INFINITY) <= from) continue;
      left -= 1;
      lines.push({ from, to: base + to });
      for (const name of ['REQUESTOR', 'RECIPIENT'] as const) {
        people.push({ name, field: null, kind: 'person', value, at: from });
      }
    }
    spans.push(...lines);
    if (left < 0) break;
  }
  spans.sort((one, other) => one.from - other.from);
  return { occurrences, people, spans, ...demote(faults, warnings, occurrences.length > 0) };
};

/**
 * `@NAME='…'` is a fault beside real instructions, where leaving it out would change what they mean; in any other mail it is
 * text: that is how SQL writes its parameters.
 */
const demote = (
  faults: readonly InstructionFault[],
  warnings: readonly InstructionWarning[],
  hasInstructions: boolean,
): Pick<Gathered, 'faults' | 'warnings'> => {
  if (hasInstructions) return { faults, warnings };
  const demoted = faults.filter((fault) => fault.code === 'missing_at_sign');
  return {
    faults: faults.filter((fault) => fault.code !== 'missing_at_sign'),
    warnings: [...warnings, ...demoted.map(({ variable, at }) => ({ code: 'missing_at_sign' as const, variable, at }))],
  };
};

const gatherQuoted = ({ text, base, depth }: Passage, acceptCurlyQuotes: boolean): readonly QuotedOccurrence[] =>
  scan(text, acceptCurlyQuotes)
    .variables.flatMap(occurrencesOf)
    .flatMap((item) => (isFault(item) ? [] : [{ ...item, at: base + item.at, depth }]));
