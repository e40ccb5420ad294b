import { defineQuery, defineUpdate } from '@temporalio/workflow';

import type { TicketSnapshot } from '../../domain/processes/ticket-snapshot.ts';
import type { TicketState } from '../../domain/tickets/ticket.ts';

export interface TicketInput {
  /** For example `I261123_000001`. */
  readonly number: string;
  /** A new ticket as it was read for the start, so that nothing is left to do but wait; absent: it is read first. */
  readonly ticket?: TicketSnapshot;
}

export interface TicketStatus {
  readonly state: TicketState;
  /** What the process waits for, in words. */
  readonly waitingFor: string;
}

export const ticketWorkflowId = (number: string): string => `ticket/${number}`;

/**
 * The ticket was changed in the database: the process reads it again and answers with the state that it saw.
 * Sent with the workflow outbox's row as update id, so that a repeated delivery is dropped; a second reading would change nothing anyway.
 */
export const ticketChangedUpdate = defineUpdate<{ readonly state: TicketState }>('ticketChanged');

export const ticketStatusQuery = defineQuery<TicketStatus>('status');
