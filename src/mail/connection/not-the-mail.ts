import { MailError } from './session.ts';

/** Below this part of its announced size an answer is not the whole message. Servers that estimate sizes are nearer than that. */
const wholeFrom = 0.9;

export const isFarShorter = (octets: number, announced: number): boolean => octets < wholeFrom * announced;

/** Octets looked at for the signs of a stand-in. */
const lookedAt = 16_384;

/** Exchange's stand-in for a message that it cannot convert. */
const standInSubject = /^subject:[ \t]*retrieval using the (imap4?|pop3?) protocol failed/im;
const standInSender = /^from:[^\r\n\u2028\u2029]*microsoft exchange server/im;
const standInText = /(couldn't|could not) (be )?retrieved? the following message/i;
const isStandIn = (head: string): boolean => {
  const sender = standInSender.exec(head);
  return standInSubject.test(head) || (sender !== null && standInText.test(head.slice(sender.index)));
};

/** The first line of a message: a field, or the envelope line of a mailbox file. */
const headerField = /^(>?From |[\w-]+[ \t]*:)/;

/**
 * Why octets that a server gave are not the message that it lists, in words; null when they may be.
 * @param announced octets by the server's word; 0 where it gives only an estimate
 */
export function notTheMail(raw: Uint8Array, announced: number): string | null {
  if (raw.length === 0) return announced > 0 ? `nothing came where ${String(announced)} octets were announced` : null;
  const head = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.length, lookedAt)).toString('latin1');
  if (isStandIn(head)) return 'the server sent a notice that it could not retrieve the message in its place';
  if (isFarShorter(raw.length, announced))
    return `${String(raw.length)} octets came where ${String(announced)} were announced`;
  if (isJson(raw, head)) return 'the answer is JSON and no message';
  const endOfHeader = /(^|\n)\r?\n/.test(head) || raw.length > lookedAt;
  return endOfHeader || headerField.test(head) ? null : 'the answer is no message: it has no header';
}

/** `reason` as `notTheMail` gives it. */
export const notTheMailError = (reason: string): MailError =>
  new MailError(
    'protocol',
    `The server lists the message and does not give it: ${reason}.`,
    'Look at it in a mail program, and take it out of the inbox by hand.',
  );

function isJson(raw: Uint8Array, head: string): boolean {
  if (!/^\s*[[{]/.test(head) || raw.length > lookedAt) return false;
  try {
    return typeof JSON.parse(head) === 'object';
  } catch {
    return false;
  }
}
