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
