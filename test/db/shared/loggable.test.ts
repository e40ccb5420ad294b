import { DrizzleQueryError } from 'drizzle-orm/errors';
import { describe, expect, it } from 'vitest';
import { loggable } from '../../../src/db/shared/errors.ts';

describe('what is logged of a fault', () => {
  it('holds no parameter of a statement', () => {
    const cause = Object.assign(new Error('invalid input: s3cret'), {
      name: 'PostgresError',
      code: '22P02',
      parameters: ['s3cret'],
    });
    const logged = loggable(new DrizzleQueryError('insert into mailboxes values ($1)', ['s3cret'], cause));
    expect(JSON.stringify(logged)).not.toContain('s3cret');
    expect(logged).toMatchObject({ codes: ['22P02'] });
  });

  it('keeps the message of an error of ours, and where it came from', () => {
    const logged = loggable(new Error('no such step'));
    expect(logged).toMatchObject({ name: 'Error', message: 'no such step' });
    expect(JSON.stringify(logged['at'])).toContain('loggable.test.ts');
  });
});
