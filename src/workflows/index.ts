export { mailboxWorkflow } from './mailbox.ts';
export { incidentStandardProcess } from './incident-standard-process.ts';
export { eventStandardProcess } from './event-standard-process.ts';
export { serviceRequestApprovalAndFulfilment } from './service-request-approval-and-fulfilment.ts';
export { changeRequestApprovalBoard } from './change-request-approval-board.ts';
export { approval } from './approval.ts';
