/** Mailbox workflows and the activities that speak to mail servers: slow ones must not starve the tickets. */
export const mailQueue = 'tsa-mail';
/** Ticket processes and their activities. */
export const ticketQueue = 'tsa-tickets';
