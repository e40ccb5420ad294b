import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFile } from 'node:fs/promises';
import { ImapFlow } from 'imapflow';
import type { Mailbox } from '../../../src/domain/mailboxes/mailbox.ts';
import { dovecotPassword, startDovecot } from '../../support/dovecot.ts';
import type { Dovecot } from '../../support/dovecot.ts';
import { mail, mailboxOn, openLocalSession, password, readAll, removalOf } from '../connection/session-helpers.ts';

/** Dovecot all the same; `imap_capability` is what it tells of itself. */
const servers = [
  { name: 'a server with UIDPLUS and MOVE', settings: '' },
  { name: 'a server with UIDPLUS alone', settings: 'imap_capability = IMAP4rev1 UIDPLUS' },
  { name: 'a server with neither', settings: 'imap_capability = IMAP4rev1' },
];

/** Flags the message at this place of the inbox as another mail program would, and does not expunge it. */
async function flagDeleted(dovecot: Dovecot, user: string, place: number): Promise<void> {
  const client = new ImapFlow({
    host: dovecot.host,
    port: dovecot.imapPort,
    doSTARTTLS: false,
    auth: { user, pass: dovecotPassword },
    logger: false,
  });
  await client.connect();
  await client.mailboxOpen('INBOX');
  await client.messageFlagsAdd(String(place), ['\\Deleted']);
  await client.logout();
}

describe.each(servers)('removing from the inbox of $name', ({ settings }) => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot({ settings });
  });
  afterAll(async () => await dovecot.stop());

  const inbox = async (fields: Partial<Mailbox> = {}): Promise<Mailbox> => {
    const mailbox = mailboxOn(dovecot, 'imap4', 'plain', fields);
    for (const subject of ['foreign', 'ours', 'new']) await dovecot.deliver(mailbox.login, mail(subject));
    return mailbox;
  };
  const contents = async (user: string, folder?: string): Promise<string[]> =>
    Promise.all((await dovecot.messages(user, folder)).map(async ({ path }) => await readFile(path, 'latin1')));

  it('takes away what is named and nothing else', async () => {
    const mailbox = await inbox();
    const session = await openLocalSession(mailbox, password);
    const [, ours = ''] = await session.list();
    expect(await session.remove(await removalOf(session, [ours]))).toEqual({ removed: [ours], left: [] });
    await session.close();
    expect(await contents(mailbox.login)).toEqual([mail('foreign'), mail('new')]);
  });

  it('F13: never expunges what somebody else flagged as deleted', async () => {
    const mailbox = await inbox();
    await flagDeleted(dovecot, mailbox.login, 1);
    const session = await openLocalSession(mailbox, password);
    const { ids, mails } = await readAll(session);
    expect(mails).toEqual([mail('ours'), mail('new')]);
    const [ours = ''] = ids;
    const outcome = await session.remove(await removalOf(session, [ours]));
    const listed = await session.list();
    await session.close();

    expect(await contents(mailbox.login)).toContain(mail('foreign'));
    expect(listed).toEqual(ids.slice(1));
    if (settings.endsWith('IMAP4rev1')) {
      expect(outcome.removed).toEqual([]);
      expect(outcome.left).toMatchObject([{ protocolId: ours }]);
      expect(outcome.left[0]?.reason).toContain('no UIDPLUS');
    } else {
      expect(outcome).toEqual({ removed: [ours], left: [] });
      expect(await contents(mailbox.login)).toEqual([mail('foreign'), mail('new')]);
    }
  });

  it('moves into a folder, which it makes when it is missing', async () => {
    const mailbox = await inbox({ afterProcessing: 'move', moveToFolder: 'Handled' });
    for (const place of [0, 0]) {
      const session = await openLocalSession(mailbox, password);
      const id = (await session.list())[place] ?? '';
      expect(await session.remove(await removalOf(session, [id]))).toEqual({ removed: [id], left: [] });
      await session.close();
    }
    expect(await contents(mailbox.login)).toEqual([mail('new')]);
    expect((await contents(mailbox.login, 'Handled')).toSorted()).toEqual([mail('foreign'), mail('ours')]);
  });

  it('moves nothing into the inbox itself', async () => {
    const mailbox = await inbox({ afterProcessing: 'move', moveToFolder: 'Inbox' });
    const session = await openLocalSession(mailbox, password);
    const ids = await session.list();
    const outcome = await session.remove(await removalOf(session, ids));
    await session.close();
    expect(outcome.removed).toEqual([]);
    expect(outcome.left.map(({ protocolId }) => protocolId)).toEqual(ids);
    expect(await dovecot.messages(mailbox.login)).toHaveLength(3);
  });

  it('takes ids of another UIDVALIDITY for gone', async () => {
    const mailbox = await inbox();
    const session = await openLocalSession(mailbox, password);
    const [id = ''] = await session.list();
    const old = `1:${id.split(':')[1] ?? ''}`;
    expect(await session.describe([old])).toEqual([]);
    expect(await session.remove([{ protocolId: old, rawSha256: '' }])).toEqual({ removed: [old], left: [] });
    await session.close();
    expect(await dovecot.messages(mailbox.login)).toHaveLength(3);
  });
});

describe('a folder of the form', () => {
  it.each(['Inbox/Processed/2026', 'INBOX/Processed/2026', 'inbox.Processed.2026', '/Inbox/Processed/2026'])(
    'K11: %s is the folder of the server, whatever separates folders there',
    async (moveToFolder) => {
      const settings =
        'namespace inbox {\n  separator = .\n  prefix = INBOX.\n  inbox = yes\n}\nimap_capability = IMAP4rev1 UIDPLUS';
      const dovecot = await startDovecot({ settings });
      try {
        const mailbox = mailboxOn(dovecot, 'imap4', 'plain', { afterProcessing: 'move', moveToFolder });
        await dovecot.deliver(mailbox.login, mail('one'));
        const session = await openLocalSession(mailbox, password);
        const ids = await session.list();
        expect(await session.remove(await removalOf(session, ids))).toEqual({ removed: ids, left: [] });
        await session.close();
        const processed = { ...mailbox, afterProcessing: 'delete', moveToFolder: null } as const;
        expect(await dovecot.messages(processed.login, 'Processed.2026')).toHaveLength(1);
      } finally {
        await dovecot.stop();
      }
    },
  );
});

describe('a copy that could not be expunged', () => {
  it('is not copied again by the next attempt', async () => {
    const dovecot = await startDovecot({ settings: 'imap_capability = IMAP4rev1' });
    try {
      const mailbox = mailboxOn(dovecot, 'imap4', 'plain', { afterProcessing: 'move', moveToFolder: 'Handled' });
      for (const subject of ['foreign', 'ours']) await dovecot.deliver(mailbox.login, mail(subject));
      await flagDeleted(dovecot, mailbox.login, 1);
      const session = await openLocalSession(mailbox, password);
      const requests = await removalOf(session, await session.list());
      for (const attempt of [1, 2]) {
        const { left } = await session.remove(requests);
        expect(left, `attempt ${attempt}`).toHaveLength(1);
      }
      await session.close();
      expect(await dovecot.messages(mailbox.login, 'Handled')).toHaveLength(1);
    } finally {
      await dovecot.stop();
    }
  });
});
