import type { ApprovalActivities } from '../../src/activities/approvals/approval.contract.ts';
import type { ApprovalSnapshot } from '../../src/domain/approvals/approval-snapshot.ts';
import type { TicketActivities } from '../../src/activities/processes/ticket.contract.ts';
import type { TicketSnapshot } from '../../src/domain/processes/ticket-snapshot.ts';
import { ticketView } from '../workflows/support.ts';

/** Tickets and approvals as a database would have them, in memory: what the activities of a scenario change and answer with. */
export interface World {
  readonly activities: TicketActivities & ApprovalActivities;
  set(number: string, changes: Partial<TicketSnapshot>): void;
  ticket(number: string): TicketSnapshot;
  setApproval(actionId: number, changes: Partial<ApprovalSnapshot>): void;
  /** The actions of the approvals that a ticket's category asks for, in order. */
  steps(number: string, actionIds: readonly number[]): void;
}

export const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();
const farAway = '2100-01-01T00:00:00.000Z';

export function createWorld(): World {
  const tickets = new Map<string, TicketSnapshot>();
  const approvals = new Map<number, ApprovalSnapshot>();
  const steps = new Map<string, readonly number[]>();
  const ticket = (number: string): TicketSnapshot =>
    tickets.get(number) ?? { ...ticketView, phase: null, toAssign: true };
  const set = (number: string, changes: Partial<TicketSnapshot>): void => {
    tickets.set(number, { ...ticket(number), ...changes });
  };
  const approval = (actionId: number): ApprovalSnapshot =>
    approvals.get(actionId) ?? {
      state: 'waiting',
      outcome: null,
      asked: ['Amira Haddad'],
      onHold: false,
      remindAt: null,
      escalateAt: null,
      expiresAt: farAway,
    };
  const setApproval = (actionId: number, changes: Partial<ApprovalSnapshot>): void => {
    approvals.set(actionId, { ...approval(actionId), ...changes });
  };
  const after =
    (changes: (view: TicketSnapshot) => Partial<TicketSnapshot>) =>
    ({ number }: { readonly number: string }): Promise<TicketSnapshot> => {
      set(number, { approved: (steps.get(number) ?? []).every((step) => approvals.get(step)?.outcome === 'accepted') });
      set(number, changes(ticket(number)));
      return Promise.resolve(ticket(number));
    };
  const approvalAfter =
    (changes: Partial<ApprovalSnapshot>) =>
    ({ actionId }: { readonly actionId: number }): Promise<ApprovalSnapshot> => {
      setApproval(actionId, changes);
      return Promise.resolve(approval(actionId));
    };
  return {
    set,
    ticket,
    setApproval,
    steps: (number, actionIds) => steps.set(number, actionIds),
    activities: {
      readTicket: after(() => ({})),
      enterPhase: ({ number, phase }) => after(() => ({ phase }))({ number }),
      beginWork: ({ number, phase }) =>
        after(({ approved }) => (approved === false ? {} : { phase, toAssign: false }))({ number }),
      assignTicket: after(() => ({ toAssign: false })),
      closeTicket: after(() => ({ state: 'closed', closeAt: null })),
      closeRefused: after(() => ({ state: 'closed' })),
      closeWithdrawn: after(({ state }) => (state === 'solved' ? { state: 'closed', closeAt: null } : {})),
      endHold: after(() => ({ state: 'registered', holdUntil: null })),
      warnOfTargets: after(() => ({ warnAt: null })),
      warnOfWindow: after(() => ({})),
      askConfirmation: after(() => ({})),
      escalateEvent: after(() => ({ escalateAt: null })),
      openApproval: ({ number, position }) => {
        const actionId = steps.get(number)?.[position];
        return Promise.resolve(actionId === undefined ? { kind: 'no_step' } : { kind: 'opened', actionId });
      },
      readApproval: approvalAfter({}),
      remindApprovers: approvalAfter({ remindAt: null }),
      escalateApproval: approvalAfter({ escalateAt: null, asked: ['Georges Smith'] }),
      expireApproval: approvalAfter({ state: 'expired', outcome: 'refused' }),
    },
  };
}
