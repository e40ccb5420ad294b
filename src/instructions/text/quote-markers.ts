/** Longest run of lines that is read as one attribution or header block, in UTF-16 units. */
const longestMarker = 600;
const longestDivider = 120;

/** Lines that mail programs put above the mail that is answered or forwarded; lower case, without the dashes around them. */
const dividers = new Set([
  'original message',
  'original appointment',
  'forwarded message',
  'begin forwarded message',
  "message d'origine",
  'message original',
  'message transféré',
  'début du message réexpédié',
  'début du message transféré',
  'ursprüngliche nachricht',
  'originalnachricht',
  'weitergeleitete nachricht',
  'anfang der weitergeleiteten nachricht',
  'mensaje original',
  'mensaje reenviado',
  'messaggio originale',
  'messaggio inoltrato',
  'mensagem original',
  'mensagem encaminhada',
  'oorspronkelijk bericht',
  'doorgestuurd bericht',
]);

interface Attribution {
  readonly opening: string;
  readonly verb: string;
  /** The verb closes the line, with or without a colon; otherwise a name follows it. */
  readonly verbLast: boolean;
}

/** "On … wrote:" by language. */
const attributions: readonly Attribution[] = [
  { opening: 'on ', verb: 'wrote', verbLast: true },
  { opening: 'le ', verb: 'a écrit', verbLast: true },
  { opening: 'am ', verb: 'schrieb', verbLast: false },
  { opening: 'el ', verb: 'escribió', verbLast: true },
  { opening: 'il ', verb: 'ha scritto', verbLast: true },
  { opening: 'em ', verb: 'escreveu', verbLast: true },
  { opening: 'op ', verb: 'schreef', verbLast: false },
];

const fromLabel = /^[*\s]{0,8}(?:from|de|von|da|van)\s?\*?\s?:/iu;
const dateLabel = /(?:^|[\s*])(?:sent|date|envoyé|gesendet|datum|enviado|inviato|data|verzonden)\s?\*?\s?:/iu;
const subjectLabel =
  /(?:^|[\s*])(?:to|subject|à|objet|an|betreff|para|asunto|oggetto|assunto|aan|onderwerp)\s?\*?\s?:/iu;

/** In lower case, with typographic apostrophes and no-break spaces as plain ones: a marker is known in any dress. */
const plain = (text: string): string =>
  text
    .replace(/[’‘´]/gu, "'")
    .replace(/[\u00A0\u202F]/gu, ' ')
    .toLowerCase();

const join = (lines: readonly string[]): string => lines.join('\n').slice(0, longestMarker);

const attributionOf = (line: string): Attribution | undefined => {
  const start = plain(line.slice(0, 16)).trimStart();
  return attributions.find(({ opening }) => start.startsWith(opening));
};

/** `-----Original Message-----` and its kin. */
export const isDivider = (line: string): boolean =>
  line.length <= longestDivider &&
  dividers.has(
    plain(line)
      .replace(/^[-_*=\s]+/u, '')
      .replace(/[-_*=:\s]+$/u, ''),
  );

/** Whether a header block or an attribution may begin with this line: the lines after it must tell. */
export const mayOpenBlock = (line: string): boolean =>
  fromLabel.test(line.slice(0, 32)) || attributionOf(line) !== undefined;

/** The block `From: … Sent: … To: … Subject: …` of Outlook, on one line or on several. */
export const isHeaderBlock = (lines: readonly string[]): boolean => {
  const block = join(lines);
  return fromLabel.test(block) && dateLabel.test(block) && subjectLabel.test(block);
};

/**
 * How many of `lines` make up an attribution such as `On … wrote:`, which mail programs wrap; 0 when they begin with none.
 * A date (a digit) is asked for, so that "On Monday Peter wrote:" stays a sentence.
 */
export const attributionLength = (lines: readonly string[]): number => {
  const attribution = attributionOf(lines[0] ?? '');
  if (attribution === undefined) return 0;
  const { verb, verbLast } = attribution;
  for (let count = 1; count <= Math.min(3, lines.length); count += 1) {
    const text = plain(join(lines.slice(0, count))).trim();
    const ends = verbLast ? text.replace(/ ?:$/u, '').endsWith(verb) : text.endsWith(':') && text.includes(verb);
    if (ends && /\d/u.test(text)) return count;
  }
  return 0;
};
