export { mailboxWorkflow } from './mailbox.ts';
export { incidentStandardProcess } from './incident-standard-process.ts';
export { eventStandardProcess } from './event-standard-process.ts';
