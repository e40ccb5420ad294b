import { afterEach, describe, expect, it } from 'vitest';
import { createMailViewer, type MailViewer } from '../../../src/mail/mime/mail-viewer.ts';
import { understand } from '../../../src/mail/mime/understand.ts';
import { mail, read } from '../../support/mime.ts';

const options = { dateFormat: 'dd/MM/yyyy', timeZone: 'Europe/Paris', acceptCurlyQuotes: false };

describe('a stored mail for show', () => {
  const open: MailViewer[] = [];
  afterEach(async () => {
    for (const viewer of open.splice(0)) await viewer.close();
  });
  const openViewer = (bounds?: Parameters<typeof createMailViewer>[0]): MailViewer => {
    const viewer = createMailViewer(bounds);
    open.push(viewer);
    return viewer;
  };

  it('tells its instruction, where it stands, and no token', async () => {
    const view = await openViewer().view(
      mail(['From: a@aef.com'], "@RFC_NUMBER@='I261123_000001' @TOKEN@='c2VjcmV0'\r\n"),
      options,
    );
    expect(view?.instruction.rfcNumber).toBe('I261123_000001');
    expect(view?.places).toHaveLength(2);
    expect(view?.text).toContain("@TOKEN@='********'");
  });

  it('S-07: is read apart: one that takes more than there is is not shown, and the next one is', async () => {
    const viewer = openViewer({ maxHeapMib: 32 });
    const poison = mail(['Content-Type: text/html'], '<b>x</b>'.repeat(250_000));
    const good = mail(['From: a@aef.com'], 'Hello');
    const views = await Promise.all([poison, good].map((raw) => viewer.view(raw, options)));
    expect(views.map((view) => view?.text)).toEqual([undefined, 'Hello']);
  });

  it('S-19: is understood apart, too, as the worker understands it', async () => {
    const viewer = openViewer({ maxHeapMib: 32 });
    const poison = mail(['Content-Type: text/html'], '<b>x</b>'.repeat(250_000));
    const good = mail(['From: a@aef.com', 'Subject: Printer'], "@CATEGORY@='PRINTER'");
    const understood = await Promise.all([poison, good].map((raw) => viewer.understand(raw, options)));
    expect(understood.map((one) => one?.message.subject)).toEqual([undefined, 'Printer']);
    expect(understood[1]).toEqual({ ...understand(await read(good), options), contents: new Map() });
  });

  it('S-07: of 100,000 spaces is shown as it is', async () => {
    const view = await openViewer().view(mail(['From: a@aef.com'], `a${' '.repeat(99_990)}b`), options);
    expect(view?.text).toHaveLength(99_992);
  });
});
