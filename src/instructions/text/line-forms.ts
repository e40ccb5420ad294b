/** Longest piece of a line that is looked at for its form, in UTF-16 units. */
const longestForm = 600;
const longestDivider = 160;

/** A variable with its value says nothing about the mail around it: neither its address nor its date counts. */
const assignment = /@\s?\w{1,64}\s?@\s?=\s?(?:'[^'\n]{0,200}'?)?/gu;
const unseen = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** A line as its form is told: what is not seen is left out, and each run of blanks is one space. */
export const plainForm = (line: string): string =>
  line.slice(0, longestForm).replace(unseen, '').replace(assignment, ' ').replace(/\s+/gu, ' ').trim();

const address =
  /[^\s@<>()[\]=]@[\p{L}\p{N}-]{1,63}\.[\p{L}\p{N}]|[<([](?:mailto:)?[^\s@<>]{1,64}@[^\s@<>]{1,255}[>)\]]/u;
export const hasAddress = (form: string): boolean => address.test(form);

const numericDate = /(^|\P{Nd})\p{Nd}{1,4}[-/.] ?\p{Nd}{1,2}[-/.] ?\p{Nd}{2,4}(?!\p{Nd})/u;
const year = /(^|\P{Nd})\p{Nd}{4}(?!\p{Nd})/u;
const time = /(^|\P{Nd})\p{Nd}{1,2} ?[:.：h時时시点點] ?\p{Nd}{2}(?!\p{Nd})/u;
const shortNumber = /(^|\P{Nd})\p{Nd}{1,2}(?!\p{Nd})/u;

/** The text without its day, month and year, in figures or with a name; null when it holds no date. */
const withoutDate = (form: string): string | null => {
  if (numericDate.test(form)) return form.replace(numericDate, '$1 ');
  if (!year.test(form)) return null;
  const rest = form.replace(year, '$1 ');
  return shortNumber.test(rest) ? rest.replace(shortNumber, '$1 ') : null;
};

/** A date in any language: told by its numbers, because the names of months are many. */
export const hasDate = (form: string): boolean =>
  withoutDate(form) !== null || (time.test(form) && shortNumber.test(form.replace(time, '$1 ')));

/** A whole date and a time of day beside it. */
export const hasDateAndTime = (form: string): boolean => time.test(withoutDate(form) ?? '');

export const hasDayNumber = (form: string): boolean => shortNumber.test(form) || hasDate(form);
export const hasDigit = (form: string): boolean => /\p{Nd}/u.test(form);

export const endsInColon = (form: string): boolean => /[:：]$/u.test(form);

/** `Label: value`, the label in bold or not. A label has letters only; `https:` is none. */
const label = /^[*_ ]{0,4}\p{L}[\p{L}\p{M}.'’ ()-]{0,30}[*_ ]{0,3}[:：](?!\/\/)/u;
export const isLabelLine = (form: string): boolean => label.test(form);
/** What stands behind the label of `isLabelLine`. */
export const valueOf = (form: string): string => form.replace(label, '');

const innerLabel = /(?:^|\s)[*_]{0,2}\p{L}[\p{L}\p{M}]{0,20}[*_ ]{0,3}[:：]/gu;
/** How many labels one line holds: some programs write their header block on a single line. */
export const labelsWithin = (form: string): number => (isLabelLine(form) ? [...form.matchAll(innerLabel)].length : 0);

/** Signs around armoured data (RFC 4880 §6.2, RFC 7468 §2): no divider between mails. */
const armour = /^-{5}(?:BEGIN|END) [A-Z0-9 ]+-{5}$/u;
const dividerStart = /^\p{Pd}{3,}[^\p{Pd}]/u;
const dividerEnd = /\p{Pd}{3}$/u;

/** Words between dashes, such as `-----Original Message-----` in any language. */
export const isDivider = (form: string): boolean =>
  form.length <= longestDivider &&
  dividerStart.test(form) &&
  dividerEnd.test(form) &&
  /\p{L}/u.test(form) &&
  !armour.test(form);

/** A few words and a colon, with nothing that makes them a sentence: `Begin forwarded message:` in any language. */
const heading = /^\p{L}[\p{L}\p{M}'’ -]{2,60} ?[:：]$/u;
export const isHeading = (form: string): boolean => heading.test(form) && form.split(' ').length <= 7;

/** The labels of header blocks in the languages of the agent: they are known without a date and an address, too. */
const fromLabel = /^[*_ ]{0,8}(?:from|de|von|da|van) ?[*_]{0,2} ?:/iu;
const dateLabel = /(?:^|[\s*_])(?:sent|date|envoyé|gesendet|datum|enviado|inviato|data|verzonden) ?[*_]{0,2} ?:/iu;
const toLabel =
  /(?:^|[\s*_])(?:to|subject|à|objet|an|betreff|para|asunto|oggetto|assunto|aan|onderwerp) ?[*_]{0,2} ?:/iu;
export const mayOpenKnownBlock = (form: string): boolean => fromLabel.test(form);
export const isKnownBlock = (form: string): boolean =>
  fromLabel.test(form) && dateLabel.test(form) && toLabel.test(form);
