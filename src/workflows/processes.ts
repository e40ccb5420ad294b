/**
 * The processes that a category may name (spec §9), and the workflow that runs each.
 * To add one: write its workflow, export it from index.ts, name it here.
 */
export const processWorkflowTypes: Readonly<Record<string, string>> = {
  'Incident: Standard Process': 'incidentStandardProcess',
  'Service Request: Approval and Fulfilment': 'serviceRequestApprovalAndFulfilment',
  'Change Request: Approval Board': 'changeRequestApprovalBoard',
  'Event: Standard Process': 'eventStandardProcess',
};
