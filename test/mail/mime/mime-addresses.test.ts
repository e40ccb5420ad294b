import { describe, expect, it } from 'vitest';
import { fromAddresses, strictFrom } from '../../../src/mail/mime/mime-addresses.ts';
import { soleSender } from '../../../src/domain/handling/facts-query.ts';
import { readAddress } from '../../../src/instructions/values/addresses.ts';
import { mail, read } from '../../support/mime.ts';

const encoded = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;

describe('the sender', () => {
  it.each([
    ['fleblanc@aef.com', '', 'fleblanc@aef.com'],
    ['<FLeblanc@AEF.com>', '', 'fleblanc@aef.com'],
    ['Frank Leblanc <fleblanc@aef.com>', 'Frank Leblanc', 'fleblanc@aef.com'],
    ['"Leblanc, Frank" <fleblanc@aef.com>', 'Leblanc, Frank', 'fleblanc@aef.com'],
    ['Leblanc, Frank <fleblanc@aef.com>', 'Leblanc, Frank', 'fleblanc@aef.com'],
    ['"boss@corp.test" <fleblanc@aef.com>', 'boss@corp.test', 'fleblanc@aef.com'],
    ['Frank (IT) <fleblanc@aef.com>', 'Frank (IT)', 'fleblanc@aef.com'],
    ['[Monitor] srv12 <root@srv12>', '[Monitor] srv12', 'root@srv12'],
    ['root@srv12 (Cron Daemon)', 'Cron Daemon', 'root@srv12'],
    ['root@srv12 ("Cron Daemon")', 'Cron Daemon', 'root@srv12'],
    ['<root@srv12> (Cron Daemon)', 'Cron Daemon', 'root@srv12'],
    ['fleblanc@aef.com <fleblanc@aef.com>', 'fleblanc@aef.com', 'fleblanc@aef.com'],
    [`${encoded('Frédéric')} <fred@aef.com>`, 'Frédéric', 'fred@aef.com'],
    [`${encoded('boss@corp.test')} <fred@aef.com>`, 'boss@corp.test', 'fred@aef.com'],
    ["o'neil+x_y@aef.com", '', "o'neil+x_y@aef.com"],
    ['jürgen@müller.de', '', 'jürgen@müller.de'],
    ['a@xn--mller-kva.de', '', 'a@xn--mller-kva.de'],
  ])('of %s is known beyond doubt', (field, name, address) => {
    expect(strictFrom([field])).toEqual({ name, address });
    expect(fromAddresses([field])).toEqual([{ name, address }]);
  });

  it.each([
    ['FLeBlanc@AEF.com <fleblanc@aef.com>', 'FLeBlanc@AEF.com'],
    ["'fleblanc@aef.com' <fleblanc@aef.com>", "'fleblanc@aef.com'"],
    ['fleblanc@aef.com (fleblanc@aef.com)', 'fleblanc@aef.com'],
    ['Frank < fleblanc@aef.com >', 'Frank'],
    ['Frank <fleblanc@aef.com> (IT)', 'Frank'],
    ['Frank <fleblanc@aef.com>;', 'Frank'],
    ['fleblanc@aef.com,', ''],
    ['Frank <fleblanc@aef.com', 'Frank'],
    ['IT: Frank <fleblanc@aef.com>', 'IT: Frank'],
    ['Frank; IT <fleblanc@aef.com>', 'Frank; IT'],
    ['Frank <fleblanc@aef.com.>', 'Frank'],
    ['Frank <fleblanc@aef.com>, fleblanc@aef.com', 'Frank'],
    ['Frank <\u202afleblanc@aef.com\u202c>', 'Frank'],
    ['=?iso-8859-1?Q?M=FCller,=20Anna?= <fleblanc@aef.com>', 'Müller, Anna'],
  ])('F1, R19: of %s is known where only one address could be meant', (field, name) => {
    expect(strictFrom([field])).toEqual({ name, address: 'fleblanc@aef.com' });
  });

  it.each([['taro..yamada@docomo.test'], ['taro.@docomo.test'], ['.taro@docomo.test']])(
    'F1: of %s has dots where it likes',
    (address) => {
      expect(strictFrom([address])).toEqual({ name: '', address });
    },
  );

  it.each(['\u212aboss@corp.test', 'bo\u017fs@corp.test', 'boss@\u212aorp.test', 'K <\u212aBOSS@corp.test>'])(
    'S-24: of %s is nobody with ASCII letters in the place of those',
    (field) => {
      expect(strictFrom([field])?.address ?? '').not.toMatch(/^[ -~]+$/);
      const found = fromAddresses([field]);
      expect(found.filter(({ address }) => /^[ -~]*$/.test(address))).toEqual([]);
      expect(soleSender({ from: found })).toBeNull();
      expect(readAddress(field)).toBeNull();
    },
  );

  it('F1: of two fields with one address is that', () => {
    expect(strictFrom(['a@b.test', 'A <A@b.test>'])).toEqual({ name: '', address: 'a@b.test' });
    expect(strictFrom(['a@b.test', 'a@c.test'])).toBeNull();
  });

  it.each([
    [[]],
    [['Frank <\u202aboss@corp.test\u202c> <evil@evil.test>']],
    [['boss@corp.test; <evil@evil.test>']],
    [['boss@corp.test: <evil@evil.test>']],
    [['boss@\u200bcorp.test']],
    [['Frank <<boss@corp.test>>']],
    [['Frank <boss@corp.test> evil']],
    [['boss@corp.test, (x) evil@evil.test']],
    [['=?utf-8?Q?boss=40corp.test,?= <evil@evil.test>']],
    [['']],
    [['a@b.test, c@d.test']],
    [['<a@b.test>, <c@d.test>']],
    [['<a@b.test> <c@d.test>']],
    [['<a@b.test>c@d.test']],
    [['boss@corp.test <evil@evil.test>']],
    [['boss@corp.test, <evil@evil.test>']],
    [['g:boss@corp.test;, evil@evil.test']],
    [['g:boss@corp.test;']],
    [['<@evil.test,@x.test:boss@corp.test>']],
    [['boss@corp.test (<evil@evil.test>)']],
    [['(boss@corp.test) evil@evil.test']],
    [['evil@evil.test (boss@corp.test)']],
    [['boss@corp.test(comment)@evil.test']],
    [['"boss@corp.test"@evil.test']],
    [['"a b"@evil.test']],
    [['boss@corp.test@evil.test']],
    [['boss@[10.0.0.1]']],
    [['<evil@evil.test> (boss@corp.test)']],
    [['evil@evil.test ("boss@corp.test)']],
    [['boss @corp.test']],
    [['John (x <boss@corp.test>']],
    [['boss@corp.test\u0000.evil.test <evil@evil.test>']],
    [[`${encoded('<boss@corp.test>')},<evil@evil.test>`]],
    [[`<${encoded('boss@corp.test')}>`]],
    [[encoded('boss@corp.test')]],
    [[`${encoded('boss@corp.test,')}@evil.test`]],
    [['=?utf-8?Q?boss=40corp.test=00?= <=?utf-8?Q?boss=40corp.test?=@evil.test>']],
    [[`"${'x'.repeat(3000)}" <a@b.test>`]],
    [['undisclosed-recipients:;']],
    [['MAILER-DAEMON']],
  ])('of %j is nobody', (fields) => {
    expect(strictFrom(fields)).toBeNull();
    expect(fromAddresses(fields)).not.toHaveLength(1);
  });

  it('is nobody in a mail with two From fields, however they are written', async () => {
    for (const second of [
      'From: evil@evil.test',
      'from: evil@evil.test',
      'From : evil@evil.test',
      'FROM:\n evil@evil.test',
    ]) {
      const { message } = await read(mail(['From: boss@corp.test', second]));
      expect(message.from.map(({ address }) => address)).toEqual(['boss@corp.test', 'evil@evil.test']);
    }
  });

  it('of a field that is folded or hidden behind a broken line is read in whole', async () => {
    const { message } = await read(
      mail(['From: Frank', ' Leblanc', '\t<fleblanc@aef.com>', 'broken line', ' From: x@y.test']),
    );
    expect(message.from).toEqual([{ name: 'Frank Leblanc', address: 'fleblanc@aef.com' }]);
  });

  it('is not taken from other fields', async () => {
    const { message } = await read(mail(['Sender: a@b.test', 'Reply-To: c@d.test', 'Return-Path: <e@f.test>']));
    expect(message.from).toEqual([]);
  });

  it('is looked for in time linear in the length of the field', () => {
    for (const hostile of ['"', '<', '(', '@', 'a@b.c, ', '"\\', '=?utf-8?Q?', 'a.', ':;'])
      expect(fromAddresses([hostile.repeat(60_000)])).not.toHaveLength(1);
  });
});

describe('recipients', () => {
  it('are all addresses of To and Cc, groups opened', async () => {
    const { message } = await read(
      mail(['To: Support <SUPPORT@aef.com>, x@y.test', 'To: z@y.test', 'Cc: team: a@b.test, "B" <b@b.test>;']),
    );
    expect(message.to.map(({ address }) => address)).toEqual(['support@aef.com', 'x@y.test', 'z@y.test']);
    expect(message.cc).toEqual([
      { name: '', address: 'a@b.test' },
      { name: 'B', address: 'b@b.test' },
    ]);
  });
});
