import type { Message } from '../domain/messages/message.ts';
import type { MailHead } from './text/own-text.ts';

export const headOf = ({ from, subject }: Pick<Message, 'from' | 'subject'>): MailHead => ({
  from: from[0]?.address ?? null,
  subject,
});
