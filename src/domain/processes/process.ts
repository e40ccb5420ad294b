/** The processes that there are (spec §9), by the names that categories give them. */
export const processNames = [
  'Incident: Standard Process',
  'Service Request: Approval and Fulfilment',
  'Change Request: Approval Board',
  'Event: Standard Process',
] as const;
export type ProcessName = (typeof processNames)[number];
