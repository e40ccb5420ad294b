import type { MailboxState } from '../../domain/mailboxes/mailbox.ts';
import type { Tone } from '../shared/ui.ts';

const tones: Readonly<Record<MailboxState, Tone>> = {
  reading: 'good',
  waiting: 'good',
  paused: 'plain',
  switched_off: 'plain',
  throttled: 'warn',
  unreachable: 'bad',
  credentials_refused: 'bad',
  system_error: 'bad',
};

export const stateTone = (state: MailboxState): Tone => tones[state];
