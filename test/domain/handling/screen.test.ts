import { describe, expect, it } from 'vitest';
import { defaultPolicy, type Policy } from '../../../src/domain/handling/policy.ts';
import { screen, screenRules } from '../../../src/domain/handling/screen.ts';
import { mail, read, readMessageFixture } from '../../support/mime.ts';

const policy: Policy = { ...defaultPolicy, mailboxAddress: 'support@aef.com' };
const reasonOf = async (headers: readonly string[], rules: Policy = policy) => {
  const { message } = await read(mail(['From: fleblanc@aef.com', ...headers]));
  return screen(message, rules)?.reason ?? null;
};

describe('the screen', () => {
  it.each([
    ['delivery-status', 'report'],
    ['read-receipt', 'report'],
    ['out-of-office-zimbra', 'auto_reply'],
    ['out-of-office-exchange', 'null_return_path'],
    ['monitoring', null],
    ['receipt-wanted', null],
    ['page-example', null],
    ['attached-message', null],
  ])('has for %s the reason %s', async (name, reason) => {
    expect(screen(await readMessageFixture(name), policy)?.reason ?? null).toBe(reason);
  });

  it.each([
    [['Auto-Submitted: auto-replied'], 'auto_reply'],
    [['AUTO-SUBMITTED: Auto-Replied'], 'auto_reply'],
    [['Auto-Submitted: auto-replied; owner-email="a@b.test"'], 'auto_reply'],
    [['Auto-Submitted: (vacation (nested)) auto-replied (zimbra)'], 'auto_reply'],
    [['Auto-Submitted:', ' auto-replied'], 'auto_reply'],
    [['Auto-Submitted: no', 'Auto-Submitted: auto-replied'], 'auto_reply'],
    [['Auto-Submitted: no'], null],
    [['Auto-Submitted: no (not auto-replied)'], null],
    [['Auto-Submitted: auto-generated'], null],
    [['Auto-Submitted: auto-generated; type=auto-replied'], null],
    [['Auto-Submitted: auto-replied-not'], null],
    [['Auto-Submitted: auto-notified; owner-email="a@b.test"'], 'auto_reply'],
    [['X-Note: Auto-Submitted: auto-replied'], null],
    [['Content-Type: multipart/report; report-type=delivery-status; boundary=b'], 'report'],
    [['Content-Type: Multipart/Report; report-type="feedback-report"; boundary=b'], 'report'],
    [['Content-Type: multipart/report; boundary=none'], 'report'],
    [['Content-Type: message/delivery-status'], 'report'],
    [['Content-Type: message/disposition-notification'], 'report'],
    [['Content-Type: message/global-delivery-status'], 'report'],
    [['Content-Type: text/plain; report-type=disposition-notification'], 'report'],
    [['Content-Type: text/plain; report-type="Delivery-Status"'], 'report'],
    [['Content-Type: text/plain; report-type=weekly'], null],
    [['Disposition-Notification-To: fleblanc@aef.com'], null],
    [['Return-Path: <>'], 'null_return_path'],
    [['Return-Path: < >'], 'null_return_path'],
    [['Return-Path: <fleblanc@aef.com>', 'Return-Path: <>'], null],
    [['Precedence: auto_reply'], 'auto_reply'],
    [['Precedence: bulk'], null],
    [['X-Autoreply: yes'], 'auto_reply'],
    [['X-Autoreply: no'], null],
    [['X-Autorespond: away'], 'auto_reply'],
    [['X-Auto-Response-Suppress: All'], null],
    [['X-TSA-Loop: support@aef.com'], 'own_mail'],
    [['x-tsa-loop:'], 'own_mail'],
    [['List-Id: <it.aef.com>'], null],
  ])('has for %j the reason %s', async (headers, reason) => {
    const body = headers[0]?.includes('boundary=b') === true ? '--b\n\nx\n--b--' : 'text';
    const { message } = await read(mail(['From: fleblanc@aef.com', ...headers], body));
    expect(screen(message, policy)?.reason ?? null).toBe(reason);
  });

  it("rejects what comes from the mailbox's own address", async () => {
    const { message } = await read(mail(['From: Support <SUPPORT@aef.com>']));
    expect(screen(message, policy)?.reason).toBe('own_mail');
    expect(screen(message, { ...policy, mailboxAddress: 'Support@AEF.com' })?.reason).toBe('own_mail');
    expect(screen(message, defaultPolicy)).toBeNull();
  });

  it('has switches for auto responders and empty return paths, not for automatic replies and reports', async () => {
    const off: Policy = { ...policy, rejectAutoResponders: false, rejectNullReturnPath: false };
    expect(await reasonOf(['Precedence: auto_reply'], off)).toBeNull();
    expect(await reasonOf(['X-Autorespond: away'], off)).toBeNull();
    expect(await reasonOf(['Auto-Submitted: auto-notified'], off)).toBeNull();
    expect(await reasonOf(['Return-Path: <>'], off)).toBeNull();
    expect(await reasonOf(['Auto-Submitted: auto-replied'], off)).toBe('auto_reply');
    expect(await reasonOf(['Content-Type: message/delivery-status'], off)).toBe('report');
    expect(await reasonOf(['X-TSA-Loop: x'], off)).toBe('own_mail');
  });

  it('says what it found', async () => {
    expect(screen(await readMessageFixture('out-of-office-zimbra'), policy)?.explanation).toBe(
      'The mail is an automatic reply (Auto-Submitted: auto-replied). No ticket is made of it.',
    );
    expect(screen(await readMessageFixture('read-receipt'), policy)?.explanation).toBe(
      'The mail is a delivery report or a read receipt (message/disposition-notification). No ticket is made of it.',
    );
  });

  it('has a name of its own for each rule', () => {
    expect(new Set(screenRules.map(({ name }) => name)).size).toBe(screenRules.length);
  });

  it('looks at a hostile header in linear time', async () => {
    expect(await reasonOf([`Auto-Submitted: ${'('.repeat(200_000)}auto-replied`])).toBeNull();
    expect(await reasonOf([`Content-Type: text/plain${'; report-type'.repeat(15_000)}`])).toBeNull();
  });
});
