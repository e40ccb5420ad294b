import { eq, inArray, sql } from 'drizzle-orm';
import type { ApprovalStep } from '../../domain/approvals/approval.ts';
import type { ClosedReplyPolicy, EventEscalation, Targets } from '../../domain/processes/service-level.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { NotFoundError } from '../shared/errors.ts';
import { reaskCategory } from '../approvals/rounds.ts';
import { calendars, categories, employees } from '../schema/index.ts';

/** How the tickets of a category live, besides their process's own way. */
export interface CategoryProcess {
  readonly approvalSteps: readonly ApprovalStep[];
  readonly closedReplyPolicy: ClosedReplyPolicy;
  readonly calendarId: number | null;
  readonly targets: Targets | null;
  readonly escalation: EventEscalation | null;
}

const columns = {
  approvalSteps: categories.approvalSteps,
  closedReplyPolicy: categories.closedReplyPolicy,
  calendarId: categories.calendarId,
  targets: categories.targets,
  escalation: categories.escalation,
};

export const findCategoryProcess = async (db: Db | Tx, id: number): Promise<CategoryProcess> => {
  const [found] = await db.select(columns).from(categories).where(eq(categories.id, id));
  if (found === undefined) throw new NotFoundError(`There is no category ${id}.`);
  return found;
};

/** Tickets that are being approved are asked for anew when steps change; those that were approved stay so. Throws NotFoundError. */
export const setCategoryProcess = (db: Db | Tx, id: number, process: CategoryProcess): Promise<void> =>
  db.transaction(async (tx) => {
    const updated = await tx
      .update(categories)
      .set({ ...process, updatedAt: sql`now()` })
      .where(eq(categories.id, id))
      .returning({ id: categories.id });
    if (updated.length === 0) throw new NotFoundError(`There is no category ${id}.`);
    await reaskCategory(tx, id, process.approvalSteps, new Date().toISOString());
  });

/** What a category's process names and nobody has. */
export const unknownReferences = async (
  db: Db | Tx,
  { approvalSteps, calendarId, escalation }: CategoryProcess,
): Promise<{
  readonly employees: readonly number[];
  readonly calendar: boolean;
  /** The escalation leads to no category of incidents. */
  readonly incidentCategory: boolean;
}> => {
  const named = [
    ...new Set(
      approvalSteps.flatMap(({ approvers, escalateTo }) => [
        ...approvers,
        ...(escalateTo === null ? [] : [escalateTo]),
      ]),
    ),
  ];
  const known =
    named.length === 0 ? [] : await db.select({ id: employees.id }).from(employees).where(inArray(employees.id, named));
  const calendar =
    calendarId === null
      ? []
      : await db.select({ id: calendars.id }).from(calendars).where(eq(calendars.id, calendarId));
  const incident =
    escalation === null
      ? []
      : await db
          .select({ type: categories.ticketType })
          .from(categories)
          .where(eq(categories.id, escalation.categoryId));
  return {
    employees: named.filter((id) => !known.some((employee) => employee.id === id)),
    calendar: calendarId !== null && calendar.length === 0,
    incidentCategory: escalation !== null && incident[0]?.type !== 'I',
  };
};
