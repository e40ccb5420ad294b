import type { TicketSnapshot } from '../../domain/processes/ticket-snapshot.ts';

export interface PhaseInput {
  readonly number: string;
  readonly phase: string;
  /** The phase before: an attempt that comes late finds another one, and leaves it. Absent in what older releases scheduled. */
  readonly from?: string | null;
}

/** What the processes of tickets do. Each does what is still due and nothing else, and answers with the ticket as it is then. */
export interface TicketActivities {
  /** Where the ticket stands in the database, which is the truth. Throws UnknownTicket after two minutes without it. */
  readTicket(input: { readonly number: string }): Promise<TicketSnapshot>;
  /** Notes what its process is at; a working phase only of a ticket that is approved. */
  enterPhase(input: PhaseInput): Promise<TicketSnapshot>;
  /** For a ticket that is approved, and nothing otherwise: notes the phase, gives the ticket to its category's support group and starts the clock of its targets. */
  beginWork(input: PhaseInput): Promise<TicketSnapshot>;
  /** Gives it to the support group of its category, which was changed. */
  assignTicket(input: { readonly number: string }): Promise<TicketSnapshot>;
  /** Closes the ticket if it is still solved and its time has come. */
  closeTicket(input: { readonly number: string }): Promise<TicketSnapshot>;
  /** Closes a ticket whose approval was refused. */
  closeRefused(input: { readonly number: string }): Promise<TicketSnapshot>;
  /** Closes a ticket that was solved while its approval was waited for. */
  closeWithdrawn(input: { readonly number: string }): Promise<TicketSnapshot>;
  /** Ends a hold whose date has come. */
  endHold(input: { readonly number: string }): Promise<TicketSnapshot>;
  /** Gives the target warnings that are due. */
  warnOfTargets(input: { readonly number: string }): Promise<TicketSnapshot>;
  /** Asks the requestor whether a solved ticket is solved indeed, once for each solution. */
  askConfirmation(input: { readonly number: string }): Promise<TicketSnapshot>;
  /** Says that a change's window ended without it. */
  warnOfWindow(input: { readonly number: string; readonly windowEnd: string }): Promise<TicketSnapshot>;
  /** Makes an incident of an event whose count or time has come. */
  escalateEvent(input: { readonly number: string }): Promise<TicketSnapshot>;
}
