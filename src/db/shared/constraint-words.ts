import { brokenConstraint, ConflictError } from './errors.ts';

/**
 * The statement's result; where it breaks one of these constraints, a ConflictError in these words in place of the driver's
 * error. `foreign key` stands for each foreign key.
 */
export const inWords = async <T>(statement: PromiseLike<T>, words: Readonly<Record<string, string>>): Promise<T> => {
  try {
    return await statement;
  } catch (error) {
    const constraint = brokenConstraint(error);
    const message = constraint === null ? undefined : words[constraint.endsWith('_fk') ? 'foreign key' : constraint];
    if (constraint === null || message === undefined) throw error;
    throw new ConflictError(constraint, message);
  }
};
