import { asc, eq, getTableColumns, gt } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Db, Tx } from '../shared/connect.ts';
import { inWords } from '../shared/constraint-words.ts';
import { NotFoundError } from '../shared/errors.ts';
import { enqueueMail } from '../outgoing/outbox.ts';
import type { PageAfter } from '../shared/page.ts';
import { delegations, employees } from '../schema/index.ts';

/** Who answers in an approver's place, and when: both ends inclusive, ISO 8601 UTC. */
export interface Delegation {
  readonly id: number;
  readonly employeeId: number;
  readonly delegateId: number;
  readonly startsAt: string;
  readonly endsAt: string;
  /** Names of the two. */
  readonly employee: string;
  readonly delegate: string;
}

const approver = alias(employees, 'approver');
const deputy = alias(employees, 'deputy');

const select = (db: Db | Tx) =>
  db
    .select({ ...getTableColumns(delegations), employee: approver.name, delegate: deputy.name })
    .from(delegations)
    .innerJoin(approver, eq(approver.id, delegations.employeeId))
    .innerJoin(deputy, eq(deputy.id, delegations.delegateId));

/** By id. */
export const listDelegations = (db: Db | Tx, { after, limit }: PageAfter): Promise<Delegation[]> =>
  select(db)
    .where(after === undefined ? undefined : gt(delegations.id, after))
    .orderBy(asc(delegations.id))
    .limit(limit);

/**
 * Counts from now on, also for approvals that were asked for; the approver is told by mail. Throws ConflictError for an employee that there
 * is not.
 */
export const createDelegation = async (
  db: Db | Tx,
  input: Omit<Delegation, 'id' | 'employee' | 'delegate'>,
): Promise<Delegation> => {
  const [inserted] = await inWords(db.insert(delegations).values(input).returning({ id: delegations.id }), {
    'foreign key': 'There is no such employee.',
  });
  const [created] = inserted === undefined ? [] : await select(db).where(eq(delegations.id, inserted.id));
  if (created === undefined) throw new Error('An insert returned no row.');
  const { employeeId, delegate, startsAt, endsAt } = created;
  await enqueueMail(db, {
    kind: 'delegation',
    to: { employeeId },
    ticketId: null,
    tags: { DELEGATE: delegate, STARTS_AT: startsAt, EXPIRES_AT: endsAt },
    now: new Date().toISOString(),
  });
  return created;
};

/** Throws NotFoundError. */
export const deleteDelegation = async (db: Db | Tx, id: number): Promise<void> => {
  const deleted = await db.delete(delegations).where(eq(delegations.id, id)).returning({ id: delegations.id });
  if (deleted.length === 0) throw new NotFoundError(`There is no delegation ${id}.`);
};
