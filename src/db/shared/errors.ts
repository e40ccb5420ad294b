/** There is no such row. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
}

/** What was asked for does not go together with what is stored. The message says why, in words for an administrator. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  /** The constraint or rule, for example `mailboxes_name_once`. */
  readonly rule: string;

  constructor(rule: string, message: string) {
    super(message);
    this.rule = rule;
  }
}

/** The name of the constraint that a statement broke; null when the error is another one. */
export const brokenConstraint = (error: unknown): string | null => {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('constraint_name' in cause && typeof cause.constraint_name === 'string') return cause.constraint_name;
  }
  return null;
};

/**
 * What may be logged of a fault. Errors of the database carry the statement's parameters, that is mail and secrets, in their messages:
 * of those only the codes and the place in our code are told.
 */
export const loggable = (fault: unknown): Readonly<Record<string, unknown>> => {
  if (!(fault instanceof Error)) return { fault: typeof fault };
  const chain: Error[] = [];
  for (let cause: unknown = fault; cause instanceof Error; cause = cause.cause) chain.push(cause);
  const fromDatabase = chain.some(
    (error) => error.name === 'PostgresError' || error.name === 'DrizzleQueryError' || 'query' in error,
  );
  const frames = fault.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return {
    name: fault.name,
    ...(!fromDatabase && { message: fault.message }),
    codes: chain.flatMap((error) => ('code' in error && typeof error.code === 'string' ? [error.code] : [])),
    ...(brokenConstraint(fault) !== null && { constraint: brokenConstraint(fault) }),
    at: frames.map((line) => line.trim()),
  };
};
