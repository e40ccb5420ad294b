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

/** What an approval does by itself when a time comes. */
export interface ApprovalAlarm {
  readonly kind: 'remind' | 'escalate' | 'expire';
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** The earliest of an approval's alarms, expiry before the others; null while its ticket is on hold. */
export const approvalAlarm = (approval: {
  readonly onHold: boolean;
  readonly remindAt: string | null;
  readonly escalateAt: string | null;
  readonly expiresAt: string;
}): ApprovalAlarm | null => {
  const { onHold, remindAt, escalateAt, expiresAt } = approval;
  if (onHold) return null;
  const expire: ApprovalAlarm = { kind: 'expire', at: expiresAt };
  const escalate: readonly ApprovalAlarm[] = escalateAt === null ? [] : [{ kind: 'escalate', at: escalateAt }];
  const remind: readonly ApprovalAlarm[] = remindAt === null ? [] : [{ kind: 'remind', at: remindAt }];
  return [...escalate, ...remind].reduce((first, other) => (other.at < first.at ? other : first), expire);
};
