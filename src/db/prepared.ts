import type { Sql, TransactionSql } from 'postgres';

/**
 * The driver with every statement that has parameters prepared once a connection. Drizzle asks for unnamed statements,
 * which the driver describes anew each time: a second round trip, and the planner's work again.
 */
export const withPreparedStatements = <T extends Sql | TransactionSql>(sql: T): T =>
  new Proxy(sql, {
    get(target, key): unknown {
      if (key === 'unsafe') {
        return (query: string, parameters: never[] | undefined, options?: object) =>
          target.unsafe(query, parameters, { ...options, prepare: (parameters?.length ?? 0) > 0 });
      }
      if (key === 'begin' && 'begin' in target) {
        return (work: (tx: TransactionSql) => Promise<unknown>) =>
          target.begin((tx) => work(withPreparedStatements(tx)));
      }
      if (key === 'savepoint' && 'savepoint' in target) {
        return (work: (tx: TransactionSql) => Promise<unknown>) =>
          target.savepoint((tx) => work(withPreparedStatements(tx)));
      }
      return Reflect.get(target, key);
    },
  });
