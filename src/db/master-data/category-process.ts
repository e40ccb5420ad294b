import { eq, inArray, sql } from 'drizzle-orm';
import type { ApprovalStep } from '../../domain/approvals/approval.ts';
import type { ClosedReplyPolicy, EventEscalation, Targets } from '../../domain/processes/service-level.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { NotFoundError } from '../shared/errors.ts';
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

/** Approvals that were asked for keep the step as it was. Throws NotFoundError. */
export const setCategoryProcess = async (db: Db | Tx, id: number, process: CategoryProcess): Promise<void> => {
  const updated = await db
    .update(categories)
    .set({ ...process, updatedAt: sql`now()` })
    .where(eq(categories.id, id))
    .returning({ id: categories.id });
  if (updated.length === 0) throw new NotFoundError(`There is no category ${id}.`);
};

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
