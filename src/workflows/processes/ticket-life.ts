/*
 * The life of a ticket, from its start to the end of its process. Two loops run at once, and whichever ends first ends the run:
 *
 * - the SEQUENCE, the process's own course (approvals, then work until it is closed), again after a ticket that it closed was reopened;
 * - the CLOCKS, what happens by itself: the end of a hold, the closing of a solved ticket, warnings of targets, the promotion of an event,
 *   the assignment after a change of category. It never ends.
 *
 * The database decides what state the ticket is in, in the transaction of the mail or of the activity. The workflow holds the last snapshot
 * that it read (`ticket`) and goes by it. It is always in one of these modes:
 *
 * - UNREAD, until the first snapshot. It comes with the start of a new ticket, and is read by `readTicket` in every other run.
 * - WAITING: both loops wait on conditions. It ends when a step has replaced the snapshot, a `ticketChanged` update has come
 *   (`changes > seen`), or the timer of the next alarm has fired.
 * - STEPPING (`busy`): one activity at a time, whose answer is the new snapshot. Whoever else wants a step waits, and then looks whether it
 *   is still due. So an older snapshot never takes the place of a newer one. Back to WAITING when it is done; a database that is away keeps
 *   it here, retried for as long as that lasts (`shared/retry-policy.ts`).
 * - GOING ON: at a wait of the sequence with more than EVENTS_PER_RUN events, it continues as new. The phase, which the database has, says
 *   where the sequence is; nothing else is carried.
 *
 * An update is answered when a snapshot that was read after it is there (`seen`), and before the run ends: a change that comes while a
 * step is under way is not in that step's answer for certain, so `seen` becomes what `changes` was when the step began.
 */
import * as wf from '@temporalio/workflow';

import type { TicketActivities } from '../../activities/processes/ticket.contract.ts';
import { type Alarm, nextAlarm } from '../../domain/processes/alarm.ts';
import type { TicketSnapshot } from '../../domain/processes/ticket-snapshot.ts';
import { databaseActivity, EVENTS_PER_RUN } from '../shared/retry-policy.ts';
import { searchAttributes } from '../shared/search-attributes.ts';
import { ticketChangedUpdate, type TicketInput, ticketStatusQuery } from './ticket.messages.ts';

export const activities = wf.proxyActivities<TicketActivities>(databaseActivity);

/** A ticket as its process sees it, and the steps that all processes share. */
export interface TicketProcess {
  readonly number: string;
  /** As read last. */
  ticket(): TicketSnapshot;
  /** Notes what the process is at, for the database and whoever looks at the workflow. */
  enter(phase: string, waitingFor: string): Promise<void>;
  /** The same, gives the ticket to its support group, also after each change of category, and starts the clock of its targets. */
  beginWork(phase: string, waitingFor: string): Promise<void>;
  /** Does something to the ticket and takes over what it is then. */
  step(act: () => Promise<TicketSnapshot>): Promise<void>;
  /** Waits until the ticket is so. Goes on as a new run when the history has grown: the phase says where the process is. */
  until(reached: (ticket: TicketSnapshot) => boolean): Promise<void>;
  /** The same, and no longer than to this time, ISO 8601 UTC. */
  untilTime(time: string, reached: (ticket: TicketSnapshot) => boolean): Promise<void>;
}

/** Runs the sequence of a process, and the ticket's clocks beside it, as the head of this file says. */
export async function runTicketProcess(
  process: (input: TicketInput) => Promise<void>,
  input: TicketInput,
  sequence: (life: TicketProcess) => Promise<void>,
): Promise<void> {
  const { number } = input;
  /** Updates that have come, and how many of them the snapshot holds. */
  let changes = 0;
  let seen = 0;
  let waitingFor = 'its registration';
  /** The sequence has begun the work: a change of category is an assignment. */
  let working = false;
  let ticket: TicketSnapshot | undefined;

  wf.setHandler(ticketStatusQuery, () => ({
    state: ticket?.state ?? 'registered',
    waitingFor: ticket === undefined ? waitingFor : waitsFor(ticket, waitingFor),
  }));
  wf.setHandler(ticketChangedUpdate, async () => {
    changes += 1;
    const mine = changes;
    await wf.condition(() => seen >= mine);
    return { state: current().state };
  });

  const current = (): TicketSnapshot => {
    if (ticket === undefined) throw new Error('The ticket is read before its process begins.');
    return ticket;
  };

  let busy = false;
  const isBusy = (): boolean => busy; // a function: it changes while a step is awaited
  const step = async (act: () => Promise<TicketSnapshot>, isDue = (): boolean => true): Promise<void> => {
    await wf.condition(() => !busy);
    if (wf.patched('one-step-2026-11')) {
      // All that wait go on together when a step ends: each has to look again, also whether that step has done its work.
      while (isBusy()) await wf.condition(() => !busy);
      if (!isDue()) return;
    }
    busy = true;
    try {
      const upTo = changes; // before the reading: a change during it is not lost
      const before = ticket;
      ticket = await act();
      seen = upTo;
      if (ticket.category !== before?.category)
        wf.upsertSearchAttributes([{ key: searchAttributes.category, value: ticket.category }]);
      if (ticket.state !== before?.state)
        wf.upsertSearchAttributes([{ key: searchAttributes.ticketState, value: ticket.state }]);
      show();
    } finally {
      busy = false;
    }
  };

  const show = (): void => {
    const { state, phase } = current();
    const at = phase === null ? '' : ` (${phase})`;
    wf.setCurrentDetails(
      `**${number}**\n\n${state.replaceAll('_', ' ')}${at}; waits for ${waitsFor(current(), waitingFor)}.`,
    );
  };

  const isToAssign = (): boolean => working && current().toAssign;
  const isTold = (): boolean => changes > seen;

  /** For ever: does what is due, else waits for a change or the next alarm. */
  const keepClocks = async (): Promise<never> => {
    for (;;) {
      const due = nextAlarm(current());
      if (isToAssign()) await step(() => activities.assignTicket({ number }), isToAssign);
      else if (due !== null && Date.parse(due.at) <= Date.now()) await step(() => ring(due));
      else {
        const told = () => isTold() && !busy;
        if (due === null) await wf.condition(() => told() || isNew(due));
        else
          await wf.condition(() => told() || isNew(due), Date.parse(due.at) - Date.now(), {
            summary: summaryOf[due.kind],
          });
        if (told()) await step(() => activities.readTicket({ number }), isTold);
      }
    }
  };

  /** Another step has changed what is to be waited for. */
  const isNew = (due: Alarm | null): boolean => {
    const next = nextAlarm(current());
    return next?.at !== due?.at || next?.kind !== due?.kind || isToAssign();
  };

  const ring = ({ kind }: Alarm): Promise<TicketSnapshot> => {
    switch (kind) {
      case 'close':
        return activities.closeTicket({ number });
      case 'end_hold':
        return activities.endHold({ number });
      case 'warn':
        return activities.warnOfTargets({ number });
      case 'escalate':
        return activities.escalateEvent({ number });
    }
  };

  const isLong = (): boolean => wf.workflowInfo().historyLength > EVENTS_PER_RUN;

  const goOnAsNew = async (): Promise<void> => {
    await wf.condition(wf.allHandlersFinished);
    // The snapshot of the start is old by now.
    await wf.continueAsNew<typeof process>({ number });
  };

  const life: TicketProcess = {
    number,
    ticket: current,
    step,
    async enter(phase, words) {
      waitingFor = words;
      if (current().phase !== phase) await step(() => activities.enterPhase({ number, phase, from: current().phase }));
      else show();
    },
    async beginWork(phase, words) {
      waitingFor = words;
      working = true;
      const { phase: entered, begun, toAssign } = current();
      // Begun before the workflow started, or by an earlier run.
      if (begun === true && entered === phase && !toAssign) show();
      else await step(() => activities.beginWork({ number, phase, from: current().phase }));
    },
    async until(reached) {
      await wf.condition(() => reached(current()) || isLong());
      if (!reached(current())) await goOnAsNew();
    },
    async untilTime(time, reached) {
      await wf.condition(() => reached(current()) || isLong(), Math.max(0, Date.parse(time) - Date.now()));
      if (!reached(current()) && Date.parse(time) > Date.now()) await goOnAsNew();
    },
  };

  const wholeLife = async (): Promise<void> => {
    do {
      await sequence(life);
      await wf.condition(wf.allHandlersFinished);
    } while (current().state !== 'closed');
  };

  if (input.ticket === undefined) await step(() => activities.readTicket({ number }));
  else {
    // The start has set the search attributes from it.
    ticket = input.ticket;
    show();
  }
  const clocks = new wf.CancellationScope();
  try {
    await Promise.race([wholeLife(), clocks.run(keepClocks)]);
  } finally {
    clocks.cancel();
  }
}

/** It is open, and what is to be done now was not approved. What an earlier release read does not tell, and counts as approved. */
export const isUnapproved = ({ approved, state }: TicketSnapshot): boolean =>
  approved === false && (state === 'registered' || state === 'on_hold');

const summaryOf: Readonly<Record<Alarm['kind'], string>> = {
  close: 'until it is closed',
  end_hold: 'until its hold ends',
  warn: 'until a target is near or missed',
  escalate: 'until it is made an incident',
};

function waitsFor({ state, closeAt, holdUntil }: TicketSnapshot, process: string): string {
  switch (state) {
    case 'registered':
      return process;
    case 'on_hold':
      return holdUntil === null ? 'the end of its hold' : `the end of its hold, at ${holdUntil}`;
    case 'solved':
      return closeAt === null ? 'a word of the requestor' : `a word of the requestor, until ${closeAt}`;
    case 'closed':
      return 'nothing';
  }
}
