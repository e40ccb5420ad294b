import type { TicketFields, TicketState, TicketType } from '../tickets/ticket.ts';
import type { EventEscalation } from './service-level.ts';

/** What decides whether, and when, an event becomes an incident. */
export interface EventFacts {
  readonly type: TicketType;
  readonly state: TicketState;
  /** Mails about it, the first one included. */
  readonly occurrences: number;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  /** Of the event's category; null for never. */
  readonly escalation: EventEscalation | null;
  /** The category that the escalation names is there, and one of incidents. */
  readonly leadsToIncident: boolean;
  /** An incident was made of it already. */
  readonly hasIncident: boolean;
}

/**
 * When an event is made an incident, ISO 8601 UTC; null for never, and for what is no open event, was made one already, or whose
 * category leads to no incidents. An event that has come often enough is due at once, that is since it was created.
 */
export const promotionAt = ({
  type,
  state,
  occurrences,
  createdAt,
  escalation,
  leadsToIncident,
  hasIncident,
}: EventFacts): string | null => {
  if (type !== 'E' || state !== 'registered' || escalation === null || !leadsToIncident || hasIncident) return null;
  const { afterOccurrences, afterMinutes } = escalation;
  if (afterOccurrences !== null && occurrences >= afterOccurrences) return createdAt;
  return afterMinutes === null ? null : new Date(Date.parse(createdAt) + afterMinutes * 60_000).toISOString();
};

/** An event as it stands when it is promoted. */
interface PromotedEvent extends EventFacts, Omit<TicketFields, 'phone' | 'location' | 'department'> {
  readonly number: string;
  readonly requestorId: number;
  readonly recipientId: number | null;
  readonly mailboxId: number | null;
}

/** The incident that is to be made of an event, and what is said about it. */
export interface Promotion {
  readonly incident: Omit<PromotedEvent, 'number' | keyof EventFacts> & {
    readonly type: 'I';
    readonly process: string;
    /** The event's number. */
    readonly relatedTo: string;
  };
  /** In the incident's history. */
  readonly registration: string;
  /** In the event's history, and in the log, once the incident has its number. */
  readonly textsFor: (incident: string) => { readonly action: string; readonly log: string };
}

/** Null when it is not due. `category` is the one that the escalation names, `now` is ISO 8601 UTC. */
export const promotionOf = (
  event: PromotedEvent,
  category: { readonly id: number; readonly process: string },
  now: string,
): Promotion | null => {
  const at = promotionAt(event);
  if (at === null || at > now) return null;
  const { number, occurrences } = event;
  const times = occurrences === 1 ? 'once' : `${occurrences} times`;
  return {
    incident: {
      requestorId: event.requestorId,
      recipientId: event.recipientId,
      mailboxId: event.mailboxId,
      title: event.title,
      description: event.description,
      occurredAt: event.occurredAt,
      urgency: event.urgency,
      impact: event.impact,
      severity: event.severity,
      priority: event.priority,
      assetId: event.assetId,
      assetText: event.assetText,
      configurationItemId: event.configurationItemId,
      configurationItemText: event.configurationItemText,
      origin: event.origin,
      externalReference: event.externalReference,
      customFields: event.customFields,
      categoryId: category.id,
      type: 'I',
      process: category.process,
      relatedTo: number,
    },
    registration: `Made of the event ${number}, which came ${times}.`,
    textsFor: (incident) => ({
      action: `Made an incident: ${incident}.`,
      log: `${number} came ${times} and is now the incident ${incident}.`,
    }),
  };
};
