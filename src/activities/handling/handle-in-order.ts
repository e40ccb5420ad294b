import type { PendingMessage } from '../../db/messages/ledger.ts';
import type { ActivityDeps } from '../shared/deps.ts';
import { handleChunk, isForChunk, type MessageToHandle } from './handle-chunk.ts';
import { type Handled, type HandledFor, handleMessage } from './handle-message.ts';
import type { ReadMessage } from './read-message.ts';

/** A stored message that is being understood, or was. */
export interface MessageInOrder {
  readonly pending: PendingMessage;
  readonly reading: Promise<ReadMessage>;
}

/**
 * Handles messages of one mailbox in their order: plain ones that follow each other together, the others, and those that failed together,
 * one by one. Tells of each as it is handled; ends when the mailbox or the agent is switched off.
 * @returns whether it came to the end
 */
export async function handleInOrder(
  deps: ActivityDeps,
  handledFor: HandledFor,
  messages: readonly MessageInOrder[],
  onHandled: (message: PendingMessage, handled: Exclude<Handled, 'switched_off'>) => void,
): Promise<boolean> {
  for (let place = 0; place < messages.length;) {
    const chunk = await plainFrom(messages, place);
    const together = chunk.length > 1 ? await handleChunk(deps, handledFor, chunk) : [];
    if (together === 'switched_off') return false;
    // After a fault each of them for itself; otherwise the one that the chunk ended before.
    const alone = together === 'failed' ? chunk.length : together.length === chunk.length && chunk.length > 1 ? 0 : 1;
    if (together !== 'failed') {
      for (const [index, disposition] of together.entries()) {
        const message = chunk[index];
        if (message !== undefined) onHandled(message.pending, disposition);
      }
      place += together.length;
    }
    for (const { pending, reading } of messages.slice(place, place + alone)) {
      const handled = await handleMessage(deps, handledFor, pending, reading);
      if (handled === 'switched_off') return false;
      onHandled(pending, handled);
    }
    place += alone;
  }
  return true;
}

/** The plain messages from this place on, as far as they follow each other; one that could not be understood for a fault ends them. */
async function plainFrom(messages: readonly MessageInOrder[], place: number): Promise<readonly MessageToHandle[]> {
  const plain: MessageToHandle[] = [];
  for (const { pending, reading } of messages.slice(place)) {
    const read = await reading.catch(() => undefined);
    if (read === undefined || !isForChunk(read)) break;
    plain.push({ pending, read });
  }
  return plain;
}
