/** What a ticket's process does by itself when a time comes. */
export type AlarmKind = 'close' | 'end_hold' | 'warn' | 'escalate';

export interface Alarm {
  readonly kind: AlarmKind;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** The earliest of a ticket's alarms; null when only an operation can change it. */
export const nextAlarm = (ticket: {
  readonly closeAt: string | null;
  readonly holdUntil: string | null;
  readonly warnAt: string | null;
  readonly escalateAt: string | null;
}): Alarm | null =>
  [
    alarm('close', ticket.closeAt),
    alarm('end_hold', ticket.holdUntil),
    alarm('warn', ticket.warnAt),
    alarm('escalate', ticket.escalateAt),
  ]
    .flat()
    .reduce<Alarm | null>((first, other) => (first === null || other.at < first.at ? other : first), null);

const alarm = (kind: AlarmKind, at: string | null): readonly Alarm[] => (at === null ? [] : [{ kind, at }]);
