export { mailboxWorkflow } from './mailbox.ts';
export { incidentStandardProcess } from './incident-standard-process.ts';
