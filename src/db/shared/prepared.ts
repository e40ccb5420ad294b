/*
 * What lies between Drizzle and the driver: three guards, each for a fault of the driver that shows when a connection is lost.
 *
 * PREPARED. Drizzle asks for unnamed statements, which the driver describes anew each time: a second round trip, and the planner's work
 * again. A statement with parameters is prepared once a connection; one without goes as it is.
 *
 * OVER. A transaction is always in one of these modes:
 * - OPEN, from BEGIN until its promise settles: statements and savepoints pass.
 * - OVER, after that: a statement is refused with CONNECTION_CLOSED (`TransactionOver`). The driver would write it to a socket that is gone,
 *   which ends the process, or to whoever has the connection by then. It comes here only by the loss of its connection: the work is still
 *   running when the driver has given up, and its own ROLLBACK would be the next statement. What is OVER never settles, since nobody waits.
 * Savepoints share the mode of their transaction.
 *
 * WITHOUT HOLES. The driver counts the rows of a result and starts from zero when the result is complete. Where a connection breaks after a
 * row, the next result on it begins with so many holes. `patches/` mends the cause; this moves the rows to the front where an
 * installation goes without the patch.
 */
import { setImmediate } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';

/** The driver with the guards that the head of this file describes. */
export const withPreparedStatements = (sql: Sql): Sql =>
  prepared(sql, (work) => {
    let over = false;
    const requireOpen = (): void => {
      if (over) throw new TransactionOver();
    };
    const started = async (tx: TransactionSql): Promise<unknown> => {
      try {
        return await work(withSavepoints(tx, requireOpen));
      } catch (error) {
        // Where this is the loss of the connection, the driver is just about to tell it to who began.
        await setImmediate();
        throw error;
      } finally {
        // Nobody waits for this any more; what is never settled is never rolled back.
        if (over) await new Promise(() => undefined);
      }
    };
    return sql.begin(started).finally(() => {
      over = true;
    });
  });

const withSavepoints = (tx: TransactionSql, requireOpen: () => void): TransactionSql =>
  prepared(tx, (work) => tx.savepoint((nested) => work(withSavepoints(nested, requireOpen))), requireOpen);

class TransactionOver extends Error {
  /** As the driver names the loss of a connection, the only way to come here. */
  readonly code = 'CONNECTION_CLOSED';

  constructor() {
    super('The transaction has ended, by the loss of its connection.');
  }
}

const guarded = <T extends PromiseLike<unknown>>(query: T): T => {
  // The driver hands the result over by this property; `values()` returns the same object.
  const settling = query as T & { resolve: (result: unknown) => unknown };
  const { resolve } = settling;
  settling.resolve = (result) => resolve(withoutHoles(result));
  return query;
};

/** The same array, its rows moved to the front. */
export const withoutHoles = (result: unknown): unknown => {
  if (!Array.isArray(result) || result.length === 0 || 0 in result) return result;
  result.splice(
    0,
    result.findIndex((_, index) => index in result),
  );
  return result;
};

type Nested = (work: (tx: TransactionSql) => Promise<unknown>) => Promise<unknown>;

const prepared = <T extends Sql | TransactionSql>(
  sql: T,
  nested: Nested,
  requireOpen: () => void = () => undefined,
): T =>
  new Proxy(sql, {
    get(target, key): unknown {
      if (key === 'unsafe') {
        return (query: string, parameters: never[] | undefined, options?: object) => {
          requireOpen();
          return guarded(target.unsafe(query, parameters, { ...options, prepare: (parameters?.length ?? 0) > 0 }));
        };
      }
      if (key === 'begin' || key === 'savepoint') return nested;
      return Reflect.get(target, key);
    },
  });
