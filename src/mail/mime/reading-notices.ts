import type { Diagnostic } from '../../domain/messages/diagnostic.ts';
import { allParts, type Part } from './parts/mime-parts.ts';
import type { Body } from './mime-text.ts';

/** What the reading knows of itself. */
interface ReadingFacts {
  readonly root: Part;
  readonly body: Body;
  /** What is text was guessed. */
  readonly repaired: boolean;
  readonly signed: boolean;
  readonly encrypted: boolean;
  readonly tnefText: boolean;
}

/** What of a mail was not read, or not as written: a mail whose text is nowhere must not pass without a word (spec §5). */
export const readingNotices = ({
  root,
  body,
  repaired,
  signed,
  encrypted,
  tnefText,
}: ReadingFacts): readonly Diagnostic[] => {
  const parts = allParts(root);
  const isEncrypted = encrypted || parts.some(isEncryptedPart) || /^-----BEGIN PGP MESSAGE-----/m.test(body.text);
  const isPartial = parts.some(({ contentType }) => contentType === 'message/partial');
  const isElsewhere = parts.some(({ contentType }) => contentType === 'message/external-body');
  const isEmpty = body.text.trim() === '' && parts.some(({ content }) => content.byteLength > 0);
  return [
    ...(repaired ? [notice('structure_repaired', repairedText)] : []),
    ...(signed ? [notice('signature_not_checked', signedText)] : []),
    ...(tnefText ? [notice('text_from_winmail', winmailText)] : []),
    ...(isEncrypted ? [notice('encrypted', encryptedText)] : []),
    ...(isElsewhere ? [notice('external_body', externalText)] : []),
    ...(isPartial ? [notice('partial_message', partialText)] : []),
    ...(isEmpty && !isEncrypted && !isPartial ? [notice('no_text', noText)] : []),
  ];
};

const notice = (code: string, message: string): Diagnostic => ({
  code,
  message,
  line: null,
  column: null,
  variable: null,
});

const repairedText =
  'This mail is broken between its header and its text, or in its line ends; it was read as it was probably meant.';
const signedText =
  'The text of this mail stands in a signed or compressed container (S/MIME). It was read; the signature was not checked.';
const winmailText =
  "The text of this mail stands in a winmail.dat, Outlook's own format; it was read from there, without its formatting.";
const encryptedText =
  'The mail, or a part of it, is encrypted and could not be read; ask the sender for it unencrypted.';
const partialText = 'The mail is one piece of a larger one that was cut into several; it could not be read.';
const externalText = 'A part of the mail only names a file that is kept elsewhere; it was not fetched.';
const noText =
  'No text was found in this mail, though it has content, which is kept with it. Nothing in it was read as an instruction.';

/** PGP/MIME (RFC 3156), armoured files, S/MIME envelopes, and Microsoft's rights-protected mail. */
const isEncryptedPart = ({ contentType, fileName, content }: Part): boolean => {
  if (contentType === 'multipart/encrypted' || contentType === 'application/pgp-encrypted') return true;
  if (contentType === 'application/x-microsoft-rpmsg-message' || /\.rpmsg$/i.test(fileName ?? '')) return true;
  return Buffer.from(content.subarray(0, 4096)).includes('-----BEGIN PGP MESSAGE-----');
};
