import type { MailFate, ReportedRecipient } from '../../../domain/messages/mail-report.ts';
import type { HeaderField } from '../../../domain/messages/message.ts';
import { readHeaderFields } from '../encoding/mime-header.ts';

/** What a report in words says. */
export interface BounceText {
  readonly fate: Extract<MailFate, 'failed' | 'delayed'>;
  /** As written, not proven to be addresses. */
  readonly recipients: readonly ReportedRecipient[];
  /** Of the copy below the words; empty where there is none. */
  readonly returnedHeaders: readonly HeaderField[];
}

/** Fields in a row that make a header of a mail, where one of them is a msg-id. */
const leastFields = 3;
/** Lines below an address that may say why. */
const reasonLines = 6;

/**
 * Reads a report that is text alone: lines that begin with an address, with what is said below each, and below all that the header
 * of the mail. So write qmail (QSBMF), Exim, sendmail, Exchange, Notes and their kin, whatever their words are.
 */
export const readBounceText = (text: string): BounceText => {
  const lines = text.split('\n').map((line) => line.replace(/^(?:[>|] ?)+/u, '').trimEnd());
  const copy = returnedHeader(lines);
  const words = copy === null ? lines : lines.slice(0, copy.from);
  return {
    fate: /\b(?:delayed|not yet been delivered|still being retried|will be retried|(?:will|continue) (?:to |keep )?(?:try|retry)ing)\b/iu.test(
      words.join(' '),
    )
      ? 'delayed'
      : 'failed',
    recipients: words.flatMap((line, at) => {
      const address = addressAtStart(line);
      if (address === null) return [];
      const next = words.slice(at + 1, at + 1 + reasonLines);
      const end = next.findIndex((below) => addressAtStart(below) !== null);
      const reason = [line.slice(line.indexOf(address) + address.length), ...(end < 0 ? next : next.slice(0, end))];
      const said = reason
        .join(' ')
        .replace(/^[>'":;,\s]+/u, '')
        .replace(/\s+/gu, ' ')
        .trim();
      return [
        {
          address,
          status: /\b[245]\.\d{1,3}\.\d{1,3}\b/u.exec(said)?.[0] ?? null,
          diagnostic: said === '' ? null : said.slice(0, 500),
        },
      ];
    }),
    returnedHeaders: copy === null ? [] : readHeaderFields(Buffer.from(copy.lines.join('\n'))),
  };
};

const startsWithAddress =
  /^\s*(?:[-*•]\s+)?(?:to:?\s+)?[<'"]?([^\s<>'"():;,]{1,64}@[^\s<>'"():;,]{1,253}?)\.?(?:[>'"]|[:;,(]|\s|$)/iu;

const addressAtStart = (line: string): string | null => startsWithAddress.exec(line.slice(0, 400))?.[1] ?? null;

const field = /^[A-Za-z][\w-]{0,76}:(?:\s|$)/u;

/** The first run of header fields that holds a msg-id. */
const returnedHeader = (
  lines: readonly string[],
): { readonly from: number; readonly lines: readonly string[] } | null => {
  for (let at = 0; at < lines.length; at += 1) {
    if (!field.test(lines[at] ?? '')) continue;
    let end = at + 1;
    while (field.test(lines[end] ?? '') || /^[ \t]+\S/u.test(lines[end] ?? '')) end += 1;
    const run = lines.slice(at, end);
    if (run.filter((line) => field.test(line)).length >= leastFields && run.some((line) => /^message-id:/iu.test(line)))
      return { from: at, lines: run };
    at = end - 1;
  }
  return null;
};
