import { createHash } from 'node:crypto';

import type { Message } from '../../domain/messages/message.ts';

/**
 * What makes two deliveries the same mail (spec §4): Message-ID, From, Date, subject and decoded content, but not what servers on the way
 * add. Null for a mail with neither Message-ID nor Date: a monitor's identical mails are then separate events, not copies.
 * @returns hex SHA-256
 */
export function contentKey(message: Message): string | null {
  if (message.messageId === null && message.date === null) return null;
  const parts = [
    message.messageId,
    message.from.map(({ address }) => address),
    message.date,
    message.subject,
    message.text,
    message.attachments.map(({ name, sha256 }) => [name, sha256]),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
