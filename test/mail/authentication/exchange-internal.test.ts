import { describe, expect, it } from 'vitest';
import { authenticateSender } from '../../../src/mail/authentication/sender-authentication.ts';
import type { ExchangeTenant } from '../../../src/mail/authentication/exchange-internal.ts';
import type { HeaderField } from '../../../src/domain/messages/message.ts';

const tenant: ExchangeTenant = { directoryId: '0000AAAA-0000-0000-0000-000000000001', ownDomains: ['aef.com'] };
const org = 'x-ms-exchange-organization-';
const stamped: readonly HeaderField[] = [
  ['from', 'fleblanc@aef.com'],
  [`${org}authas`, ' Internal'],
  [`${org}authsource`, 'AM0PR01MB1234.eurprd01.prod.outlook.com'],
  ['x-ms-exchange-crosstenant-id', tenant.directoryId.toLowerCase()],
];
const verdictOf = (
  headers: readonly HeaderField[],
  over: {
    readonly from?: string | null;
    readonly tenant?: ExchangeTenant | null;
    readonly servers?: readonly string[];
  } = {},
) =>
  authenticateSender({
    mode: 'authentication-results',
    servers: ['-'],
    from: 'fleblanc@aef.com',
    raw: Buffer.from(''),
    tenant,
    ...over,
    headers,
  });
const without = (name: string): readonly HeaderField[] => stamped.filter(([field]) => !field.endsWith(name));
const withIn = (name: string, value: string): readonly HeaderField[] => [...without(name), [`${org}${name}`, value]];

describe('mail inside one Exchange Online tenant', () => {
  it('is proved by what Exchange itself writes', async () => {
    expect(await verdictOf(stamped)).toBe('pass');
    expect(await verdictOf(without('crosstenant-id'))).toBe('pass');
  });

  it('has the verdict of mail from outside where it has one', async () => {
    const outside: HeaderField = ['authentication-results', 'spf=pass; dmarc=pass action=none header.from=aef.com'];
    expect(await verdictOf([outside, ...without('authas')])).toBe('pass');
    expect(await verdictOf([['authentication-results', 'dmarc=fail header.from=aef.com'], ...stamped])).toBe('fail');
  });

  it.each<[string, readonly HeaderField[]]>([
    ['no AuthAs', without('authas')],
    ['AuthAs: Anonymous', withIn('authas', 'Anonymous')],
    ['AuthAs: Internal74', withIn('authas', 'Internal74')],
    ['AuthAs with more behind it', withIn('authas', 'Internal; x')],
    ['AuthAs with a comment', withIn('authas', 'Internal (really)')],
    ['AuthAs in other letters', withIn('authas', 'INTERNAL')],
    ['two AuthAs', [...stamped, [`${org}authas`, 'Internal']]],
    ['two AuthAs, one Anonymous', [[`${org}authas`, 'Anonymous'], ...stamped]],
    ['no AuthSource', without('authsource')],
    ['two AuthSource', [...stamped, [`${org}authsource`, 'X.prod.outlook.com']]],
    ['AuthSource of others', withIn('authsource', 'mail.evil.test')],
    ['AuthSource that only ends alike', withIn('authsource', 'evilprod.outlook.com')],
    ['AuthSource that only begins alike', withIn('authsource', 'X.prod.outlook.com.evil.test')],
    ['AuthSource in two lines', withIn('authsource', 'evil.test\n X.prod.outlook.com')],
    ['another tenant', [...without('crosstenant-id'), ['x-ms-exchange-crosstenant-id', 'other']]],
    ['two tenants', [...stamped, ['x-ms-exchange-crosstenant-id', tenant.directoryId]]],
    ['a verdict without a name', [...stamped, ['authentication-results', 'spf=none']]],
    ['a verdict that cannot be read', [...stamped, ['authentication-results', '(spf=none']]],
    ['a verdict above AuthAs', [['authentication-results', 'mx.aef.com; spf=none'], ...stamped]],
    ['compauth alone', [...without('authas'), ['authentication-results', 'compauth=pass reason=100']]],
    [
      'fields of the same names without their prefix',
      [
        ['authas', 'Internal'],
        ['authsource', 'X.prod.outlook.com'],
      ],
    ],
  ])('is not proved with %s', async (_name, headers) => {
    expect(await verdictOf(headers)).toBe('none');
  });

  it('is not proved for another domain, no sender, or where nobody trusts it', async () => {
    expect(await verdictOf(stamped, { from: 'fleblanc@aef.com.evil.test' })).toBe('none');
    expect(await verdictOf(stamped, { from: 'fleblanc@sub.aef.com' })).toBe('none');
    expect(await verdictOf(stamped, { from: null })).toBe('none');
    expect(await verdictOf(stamped, { tenant: null })).toBe('none');
  });

  it('is no proof where a mailbox asks for none', async () => {
    const asked = { servers: [], from: 'fleblanc@aef.com', raw: Buffer.from(''), headers: stamped, tenant };
    expect(await authenticateSender({ ...asked, mode: 'off' })).toBe('off');
  });
});
