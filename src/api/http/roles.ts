import type { Role } from '../../domain/accounts/role.ts';

/** What everybody may ask who can reach the API: they are how one comes in. */
export const publicOperations: ReadonlySet<string> = new Set([
  'GET /api/v1/sign-in',
  'GET /api/v1/sign-in/open-id-connect',
  'GET /api/v1/sign-in/open-id-connect/callback',
  'POST /api/v1/first-user',
  'POST /api/v1/session',
]);

/**
 * What is no GET and open to less than an administrator: to run the agent, and one's own session. A test of a
 * connection is not: it reaches into the network. Nor is a delegation: who names delegates decides who approves.
 */
const changing: Readonly<Record<string, Role>> = {
  'PUT /api/v1/agent': 'operator',
  'POST /api/v1/mailboxes/:id/pause': 'operator',
  'POST /api/v1/mailboxes/:id/resume': 'operator',
  'POST /api/v1/mailboxes/:id/read-now': 'operator',
  'POST /api/v1/messages/:id/release': 'operator',
  'POST /api/v1/messages/:id/discard': 'operator',
  'POST /api/v1/messages/bulk': 'operator',
  'POST /api/v1/outbox/:id/resend': 'operator',
  'POST /api/v1/mailto': 'reader',
  'POST /api/v1/templates/preview': 'reader',
  'DELETE /api/v1/session': 'reader',
  'POST /api/v1/session/password': 'reader',
};

/** What is looked at by more than readers: an original shows what is masked elsewhere. */
const forOperators: ReadonlySet<string> = new Set(['GET /api/v1/messages/:id/raw']);

/** What is looked at by administrators only. */
const guarded: ReadonlySet<string> = new Set(['GET /api/v1/users', 'GET /api/v1/users/:id', 'GET /api/v1/tokens']);

/** The weakest role that may do it. `path`: as the router has it, `/api/v1/mailboxes/:id`. */
export const roleNeeded = (method: string, path: string): Role => {
  const operation = `${method === 'HEAD' ? 'GET' : method} ${path}`;
  if (guarded.has(operation)) return 'administrator';
  if (forOperators.has(operation)) return 'operator';
  return changing[operation] ?? (operation.startsWith('GET ') ? 'reader' : 'administrator');
};
