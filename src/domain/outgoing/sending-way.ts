/** By what mails leave: the SMTP server that the agent is configured with, or the own service of a mailbox that sends for itself. */
export type SendingWay = 'smtp' | `mailbox/${number}`;

/** `senderId`: the mailbox that sends for itself; null for the SMTP server. */
export const sendingWayOf = (senderId: number | null): SendingWay =>
  senderId === null ? 'smtp' : `mailbox/${senderId}`;

const REST_MS = { first: 30_000, longest: 900_000 };

/**
 * How long a way rests after an error that every mail would meet, in ms: 30 s, doubled with each failure in a row up to a quarter of an
 * hour. `failures`: in a row, this one counted.
 */
export const restOfWay = (failures: number): number =>
  Math.min(REST_MS.longest, REST_MS.first * 2 ** Math.min(failures - 1, 20));
