/** The processes that there are (spec §9), by the names that categories give them. */
export const processNames = [
  'Incident: Standard Process',
  'Service Request: Approval and Fulfilment',
  'Change Request: Approval Board',
  'Event: Standard Process',
] as const;
export type ProcessName = (typeof processNames)[number];

/** The phase in which people work on a ticket, by its process. */
export const workPhases = {
  'Incident: Standard Process': 'work',
  'Service Request: Approval and Fulfilment': 'fulfilment',
  'Change Request: Approval Board': 'implementation',
  'Event: Standard Process': 'watch',
} as const satisfies Readonly<Record<ProcessName, string>>;

/**
 * The phase that a ticket of this process begins with when there is nothing to approve; null for one that waits for something first
 * (the window of a change), and for a process that is not known.
 */
export const firstWorkPhase = (process: string): string | null => {
  const name = processNames.find((known) => known === process);
  return name === undefined || name === 'Change Request: Approval Board' ? null : workPhases[name];
};
