import { blankLength } from './characters.ts';
import { lineText } from './lines.ts';
import {
  endsInColon,
  hasAddress,
  hasDate,
  hasDateAndTime,
  hasDayNumber,
  hasDigit,
  isDivider,
  isHeading,
  isKnownBlock,
  isLabelLine,
  labelsWithin,
  mayOpenKnownBlock,
  plainForm,
  valueOf,
} from './line-forms.ts';
import { isReplyDivider } from '../../domain/messages/reply-divider.ts';

/** Why the lines from one on are not the sender's own: the sign that was found. `form` signs are doubtful, the others sure. */
export type OtherTextSign = 'mark' | 'reply_divider' | 'divider' | 'header_block' | 'attribution' | 'form';

/** A stretch of lines that the sender did not write, 0-based, `to` not included. */
export interface OtherText {
  readonly from: number;
  readonly to: number;
  readonly sign: OtherTextSign;
}

/** What the header of the mail says of it: a gateway's banner on top of the text repeats that. */
export interface MailHead {
  /** The sender's address; null when not known. */
  readonly from: string | null;
  readonly subject: string;
  /** It answers another mail or hands one on: its subject is not the sender's own. */
  readonly isReply: boolean;
}

export interface Division {
  /** By line, how deep it is quoted: 0 = own, 1 = in the mail that is answered, 2 = in the one before … (at most 255). */
  readonly depths: Uint8Array;
  readonly others: readonly OtherText[];
}

/** A `>` line at least this long was as long as its mail program allows: what follows without `>` was broken off it. */
const fullLineLength = 60;
const deepest = 255;
/** Most lines that an attribution is wrapped over. */
const attributionLines = 4;
/** Lines looked at together for a block without dates: Outlook's header block, with Cc and a blank line, is no longer. */
const blockLines = 6;

/** Where the text of a line begins after its marks of quotation, and how many there are. */
export const quotePrefix = (line: string): { marks: number; end: number } => {
  let marks = 0;
  let end = 0;
  for (let at = 0; at < line.length;) {
    if (line.charAt(at) === '>') {
      marks += 1;
      at += 1;
      end = at;
      continue;
    }
    const blank = blankLength(line, at);
    if (blank === 0) break;
    at += blank;
  }
  return { marks, end };
};

/**
 * Divides a mail into what its sender wrote and what not, told by form and in any language (spec §5), in time linear in its
 * length. Own is what stands above the first sign of another mail; a `>` line is a sign for itself alone. An attribution
 * (`On … wrote:`) that `>` lines follow leaves it to them, because some people answer below.
 */
export const divideText = (text: string, starts: readonly number[], head: MailHead | null): Division => {
  const lines = createLines(text, starts);
  const openings = findOpenings(lines, head);
  const depths = new Uint8Array(starts.length);
  const others: OtherText[] = [];
  let below = 0;
  let wrapped = 0;
  let sign: OtherTextSign = 'mark';
  for (let line = 0; line < starts.length; line += 1) {
    const { marks, isBlank, length } = lines.at(line);
    const opening = openings.get(line);
    if (opening !== undefined) {
      below += 1;
      sign = opening;
      others.push({ from: line, to: line, sign });
    }
    if (marks > 0) wrapped = length >= fullLineLength ? marks : 0;
    depths[line] = Math.min(below + (marks > 0 ? marks : isBlank ? 0 : wrapped), deepest);
    if (marks === 0) wrapped = 0;
    if (depths[line] === 0) continue;
    const last = others.at(-1);
    if (last !== undefined && (last.to === line || last.from === line))
      others[others.length - 1] = { ...last, to: line + 1 };
    else others.push({ from: line, to: line + 1, sign: below > 0 ? sign : 'mark' });
  }
  return { depths, others };
};

interface Line {
  readonly form: string;
  readonly marks: number;
  readonly isBlank: boolean;
  /** Begins with a blank, as lines do that go on with the one above. */
  readonly isIndented: boolean;
  readonly length: number;
}

interface Lines {
  readonly count: number;
  readonly at: (line: number) => Line;
}

const noLine: Line = { form: '', marks: 0, isBlank: true, isIndented: false, length: 0 };

const createLines = (text: string, starts: readonly number[]): Lines => {
  const lines = starts.map((_start, line): Line => {
    const here = lineText(text, starts, line);
    const { marks } = quotePrefix(here);
    const form = marks > 0 ? '' : plainForm(here);
    return {
      form,
      marks,
      isBlank: marks === 0 && here.trim() === '',
      isIndented: /^\s/u.test(here),
      length: here.length,
    };
  });
  return { count: lines.length, at: (line) => lines[line] ?? noLine };
};

/** The lines from which on all is another mail's, each with its sign. */
const findOpenings = (lines: Lines, head: MailHead | null): ReadonlyMap<number, OtherTextSign> => {
  const openings = new Map<number, OtherTextSign>();
  /** Lines that were judged together with one above them. */
  let judged = 0;
  let hasOwnText = false;
  for (let line = 0; line < lines.count; line += 1) {
    const { form, marks, isBlank } = lines.at(line);
    if (marks > 0 || isBlank) continue;
    if (isReplyDivider(form)) openings.set(line, 'reply_divider');
    else if (isDivider(form)) openings.set(line, 'divider');
    else if (line >= judged && isLabelLine(form)) {
      const run = labelRun(lines, line);
      judged = run.end;
      const sign = blockSign(lines, run, hasOwnText);
      const isBanner = !hasOwnText && head !== null && repeats(lines, run, head);
      if (sign !== null && !isBanner) openings.set(line, sign);
    }
    if (endsInColon(form)) {
      const start = attributionStart(lines, line);
      if (start !== -1 && !openings.has(start) && !quoteFollows(lines, line)) openings.set(start, 'attribution');
      else if (start === -1 && hasOwnText && isHeadingOfForward(lines, line)) openings.set(line, 'form');
    }
    hasOwnText = true;
  }
  return openings;
};

interface Run {
  readonly from: number;
  /** The line after its last. */
  readonly end: number;
  readonly labels: readonly string[];
  readonly hasAddress: boolean;
  readonly hasDate: boolean;
}

/** The lines `label: value` in a row that begin at `from`, with those that go on with them and single blank lines between. */
const labelRun = (lines: Lines, from: number): Run => {
  const labels: string[] = [];
  const found = { address: false, date: false };
  let end = from;
  for (let line = from; line < lines.count; line += 1) {
    const { form, marks, isBlank, isIndented } = lines.at(line);
    if (marks > 0 || isDivider(form) || isReplyDivider(form)) break;
    if (isBlank) {
      if (line > end) break;
      continue;
    }
    const isLabel = isLabelLine(form);
    if (!isLabel && (line > end || !(isIndented || hasAddress(form)))) break;
    if (isLabel) labels.push(form);
    found.address ||= hasAddress(form);
    found.date ||= hasDate(isLabel ? valueOf(form) : form);
    end = line + 1;
  }
  return { from, end: Math.max(end, from + 1), labels, hasAddress: found.address, hasDate: found.date };
};

const blockSign = (lines: Lines, run: Run, hasOwnText: boolean): OtherTextSign | null => {
  const { labels } = run;
  const isWhole = labels.length >= 3 || labelsWithin(labels[0] ?? '') >= 4;
  if (isWhole && run.hasAddress && run.hasDate) return 'header_block';
  if (mayOpenKnownBlock(labels[0] ?? '')) {
    const window: string[] = [];
    for (let line = run.from; line < run.from + blockLines; line += 1) window.push(lines.at(line).form);
    if (isKnownBlock(window.join('\n'))) return 'header_block';
  }
  return isWhole && hasOwnText && looksLikeBlock(lines, run) ? 'form' : null;
};

/**
 * A header block whose people have no addresses: who, when, to whom, what about. A form that a program filled in looks nearly
 * the same, but stands on top, or below words that announce it.
 */
const looksLikeBlock = (lines: Lines, { from, labels: all }: Run): boolean => {
  const labels = valueOf(all[0] ?? '') === '' ? all.slice(1) : all;
  const above = lines.at(from - 1);
  if (!above.isBlank && !/^[\p{Pd}_]{3,}$/u.test(above.form)) return false;
  if (/[:：,]$/u.test(lastAbove(lines, from))) return false;
  const [first = '', second = '', third = ''] = labels;
  if (labels.length === 1) return hasDate(valueOf(first));
  const [one, two, three] = [valueOf(first), valueOf(second), valueOf(third)];
  if (labels.length < 4 || labels.length > 7 || hasDigit(three)) return false;
  return (hasDayNumber(two) && !hasDigit(one)) || (hasDayNumber(one) && !hasDigit(two));
};

/** The last line above that is not blank; empty when there is none within a few. */
const lastAbove = (lines: Lines, line: number): string => {
  for (let above = line - 1; above >= Math.max(0, line - 4); above -= 1) {
    const { form } = lines.at(above);
    if (form !== '' && !/^[\p{Pd}_]{3,}$/u.test(form)) return form;
  }
  return '';
};

const repeats = (lines: Lines, { from, end }: Run, { from: sender, subject }: MailHead): boolean => {
  for (let line = from; line < Math.min(end, from + 24); line += 1) {
    const { form } = lines.at(line);
    const value = valueOf(form).trim().toLowerCase();
    if (sender !== null && line === from && form.toLowerCase().includes(sender.toLowerCase())) return true;
    if (subject.trim() !== '' && value === plainForm(subject).toLowerCase()) return true;
  }
  return false;
};

/** Where an attribution begins that ends in the colon of `line`; -1 when none does. */
const attributionStart = (lines: Lines, line: number): number => {
  let joined = '';
  for (let start = line; start > line - attributionLines && start >= 0; start -= 1) {
    const { form, marks, isBlank } = lines.at(start);
    if (marks > 0 || isBlank || (start < line && isLabelLine(form))) break;
    joined = `${form} ${joined}`;
    if (hasAddress(joined) ? hasDate(joined) : hasDateAndTime(joined)) return start;
  }
  return -1;
};

const quoteFollows = (lines: Lines, line: number): boolean => {
  for (let next = line + 1; next <= line + blockLines && next < lines.count; next += 1) {
    if (!lines.at(next).isBlank) return lines.at(next).marks > 0;
  }
  return false;
};

/** A paragraph of a few words and a colon between others, where no sentence leads to it. */
const isHeadingOfForward = (lines: Lines, line: number): boolean =>
  isHeading(lines.at(line).form) &&
  lines.at(line - 1).isBlank &&
  lines.at(line + 1).isBlank &&
  !/[,:：]$/u.test(lastAbove(lines, line));
