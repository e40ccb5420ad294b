export { mailboxWorkflow } from './mailboxes/mailbox.ts';
export { incidentStandardProcess } from './processes/incident-standard-process.ts';
export { eventStandardProcess } from './processes/event-standard-process.ts';
export { serviceRequestApprovalAndFulfilment } from './processes/service-request-approval-and-fulfilment.ts';
export { changeRequestApprovalBoard } from './processes/change-request-approval-board.ts';
export { approval } from './approvals/approval.ts';
