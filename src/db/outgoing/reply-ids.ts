import type { SecretBox } from '../mailboxes/secrets.ts';

/** RFC 5322 msg-ids that a reply leads back by (spec §7), `<I261123_000001.<mail>.<keyed hash>@domain>`, and the tokens of mails. */
export interface ReplyIds {
  /** The same for each attempt to send a mail of the outbox. */
  msgIdOf(mail: { readonly id: number; readonly ticketNumber: string | null; readonly domain: string }): string;
  /** The ticket of the first msg-id that this installation gave out; null when there is none. */
  ticketOf(msgIds: readonly string[]): string | null;
  /** The mail of the outbox that a msg-id, or an envelope id, of this installation belongs to; null for any other text. */
  mailOf(text: string): number | null;
  /** The token of the links in a mail of the outbox: the same for each attempt, and known to whoever has the secret key alone. */
  tokenOf(mail: { readonly id: number; readonly to: string; readonly createdAt: string }): string;
}

export const createReplyIds = (secretBox: Pick<SecretBox, 'mac' | 'verifiesMac'>): ReplyIds => ({
  msgIdOf({ id, ticketNumber, domain }) {
    const local = `${ticketNumber ?? 'tsa'}.${id.toString(36)}`;
    return `<${local}.${secretBox.mac(macText(local))}@${domain}>`;
  },
  ticketOf(msgIds) {
    for (const msgId of msgIds) {
      const [, number, mail, mac] = pattern.exec(msgId) ?? [];
      if (number === undefined || mail === undefined || mac === undefined) continue;
      if (secretBox.verifiesMac(macText(`${number}.${mail}`), mac.toLowerCase())) return number;
    }
    return null;
  },
  mailOf(text) {
    const [, local, mail, mac] = mailPattern.exec(text) ?? [];
    if (local === undefined || mail === undefined || mac === undefined) return null;
    return secretBox.verifiesMac(macText(local), mac) ? parseInt(mail, 36) : null;
  },
  tokenOf({ id, to, createdAt }) {
    const text = `${id.toString(36)} ${createdAt} ${to.toLowerCase()}`;
    const parts = ['1', '2', '3', '4'].map((part) => secretBox.mac(`token ${part} ${text}`));
    return Buffer.from(parts.join(''), 'hex').subarray(0, tokenBytes).toString('base64url');
  },
});

const pattern = /^<([A-Z]\d{6}_\d{6})\.([0-9a-z]{1,12})\.([0-9a-fA-F]{20})@/;
/** With a ticket or without; of a msg-id, or its left part alone as an envelope id. */
const mailPattern = /^<?((?:[A-Z]\d{6}_\d{6}|tsa)\.([0-9a-z]{1,10}))\.([0-9a-f]{20})(?:@|$)/;
/** As many as a random one has. */
const tokenBytes = 32;
const macText = (local: string): string => `msg-id ${local}`;
