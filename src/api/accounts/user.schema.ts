import { z } from '@hono/zod-openapi';
import { roles } from '../../domain/accounts/role.ts';
import { isReservedName } from '../../domain/accounts/reserved-name.ts';
import { isCommonPassword } from './common-password.ts';
import { instant, plainText, words } from '../http/common.ts';

export const userName = words(100);

/** The name of a user: none by which the agent itself, a program or nobody is told of (see `isReservedName`). */
export const newUserName = userName.refine(
  (name) => !isReservedName(name),
  'the agent itself is called so in the log: choose another name.',
);

/** As typed to sign in: any text may be one. */
export const givenPassword = plainText(256).min(1).openapi({ format: 'password' });

/** Length is what makes a password hard to guess (NIST SP 800-63B §3.1.1). */
export const newPassword = plainText(256)
  .min(12, { error: 'a password has 12 characters or more.', abort: true })
  .refine(
    (password) => !isCommonPassword(password),
    'it is one of those that are tried first: choose words that do not belong together.',
  )
  .openapi({ format: 'password', writeOnly: true });

export const role = z
  .enum(roles)
  .describe(
    '`reader` sees everything except users and tokens. `operator` also runs the agent. `administrator` also configures it.',
  );

export const UserSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    role,
    signsInBy: z
      .enum(['password', 'open_id_connect'])
      .describe('`open_id_connect`: the provider sets the role at each sign-in.'),
    createdAt: instant,
  })
  .openapi('User');

const tokenFields = {
  name: words(100),
  role,
  expiresAt: instant.nullable().describe('Null: the token never expires. Omitted at creation: one year.'),
};

export const ApiTokenSchema = z
  .object({
    id: z.int(),
    ...tokenFields,
    createdAt: instant,
    lastUsedAt: instant.nullable().describe('Rounded to the hour.'),
  })
  .openapi('ApiToken');

export const ApiTokenCreateSchema = z.strictObject(tokenFields).partial({ expiresAt: true }).openapi('ApiTokenCreate');

/** Why somebody who comes back from OpenID Connect is not let in; the page has the words. */
export type SignInRefusal = 'failed' | 'no_role' | 'name_taken';
