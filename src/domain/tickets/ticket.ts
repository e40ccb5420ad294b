import type { Level } from '../messages/instruction.ts';

/** Incident, service request, change request, event: the letter of the number (spec §1). */
export const ticketTypes = ['I', 'S', 'R', 'E'] as const;
export type TicketType = (typeof ticketTypes)[number];

/** `registered` and `on_hold` are open; `solved` waits to be closed; a closed ticket lives on only by RESTART. */
export const ticketStates = ['registered', 'on_hold', 'solved', 'closed'] as const;
export type TicketState = (typeof ticketStates)[number];

/** Nobody works on it any more, unless it is reopened. */
export const isOver = (state: TicketState): boolean => state === 'solved' || state === 'closed';

/** What a ticket holds that an instruction can set. */
export interface TicketFields {
  readonly categoryId: number;
  readonly title: string;
  readonly description: string;
  /** When it happened, ISO 8601 UTC. */
  readonly occurredAt: string;
  readonly urgency: Level;
  readonly impact: Level;
  readonly severity: Level | null;
  /** 1 highest … 5 lowest, from the matrix of urgency and impact. */
  readonly priority: number;
  readonly assetId: number | null;
  /** The tag or name as written, when no asset has it. */
  readonly assetText: string | null;
  readonly configurationItemId: number | null;
  readonly configurationItemText: string | null;
  readonly origin: string | null;
  readonly phone: string | null;
  readonly location: string | null;
  readonly department: string | null;
  readonly externalReference: string | null;
  readonly customFields: Readonly<Record<string, string>>;
}

/** One step in a ticket's life (spec §1: action). */
export const actionKinds = [
  'registration',
  'update',
  'hold',
  'restart',
  'solution',
  'reply',
  'closing',
  'validation',
  /** The approver's question to the requestor, and its answer. */
  'question',
  'answer',
  'decision',
  'assignment',
  'escalation',
  'occurrence',
] as const;
export type ActionKind = (typeof actionKinds)[number];
