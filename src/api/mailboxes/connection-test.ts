import { type MailboxRecord, readMailboxSecrets } from '../../db/mailboxes/mailboxes.ts';
import type { ConnectionTranscript } from '../../mail/probe/test-connection.ts';
import type { ApiDeps } from '../http/deps.ts';
import { invalid } from '../http/problem.ts';
import { complete, judge } from './mailbox-form.ts';
import type { MailboxPatch } from './mailbox.schema.ts';

/** No rule of these has to do with the connection; an unsaved form may not have come to them yet. */
const besideTheConnection = ['name', 'defaultCategory'];

/**
 * Tries the connection that these values, over the stored ones, would make; nothing is stored. Throws 422 for values that
 * could not be saved.
 */
export const tryConnection = async (
  { db, secretBox, testConnection }: ApiDeps,
  patch: MailboxPatch,
  stored?: MailboxRecord,
): Promise<ConnectionTranscript> => {
  const judged = judge(patch, stored);
  const errors = judged.errors.filter(({ field }) => !besideTheConnection.includes(field));
  if (errors.length > 0) throw invalid(errors);
  const { password, clientSecret, ...form } = complete(judged.draft, stored?.defaultCategoryId ?? 0);
  const secrets =
    stored === undefined ? { password: null, clientSecret: null } : await readMailboxSecrets(db, secretBox, stored.id);
  return testConnection(
    { ...form, id: stored?.id ?? 0 },
    {
      password: password === undefined ? secrets.password : password,
      clientSecret: clientSecret === undefined ? secrets.clientSecret : clientSecret,
    },
  );
};
