import type { Disposition } from '../../domain/messages/disposition.ts';
import type { Tone } from '../shared/ui.ts';

export const dispositionTone = (disposition: Disposition | 'pending' | null): Tone => {
  switch (disposition) {
    case 'quarantined':
      return 'bad';
    case 'rejected':
    case 'choice_pending':
      return 'warn';
    case 'redirected':
    case 'duplicate':
    case 'pending':
    case null:
      return 'plain';
    default:
      return 'good';
  }
};
