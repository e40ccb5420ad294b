import type { ProcessName } from '../../domain/processes/process.ts';

/**
 * The workflow that runs each process.
 * To add one: name it in the domain, write its workflow, export it from index.ts, and name that here.
 */
const workflowTypes: Readonly<Record<ProcessName, string>> = {
  'Incident: Standard Process': 'incidentStandardProcess',
  'Service Request: Approval and Fulfilment': 'serviceRequestApprovalAndFulfilment',
  'Change Request: Approval Board': 'changeRequestApprovalBoard',
  'Event: Standard Process': 'eventStandardProcess',
};

/** By the name that a category gives, which may be any. */
export const processWorkflowTypes: Readonly<Record<string, string>> = workflowTypes;
