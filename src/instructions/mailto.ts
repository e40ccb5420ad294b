import type { Diagnostic } from '../domain/messages/diagnostic.ts';
import { isAddress } from './values/addresses.ts';
import { decodePercent } from './text/percent.ts';
import { scan } from './scan/scan.ts';

/** A mail to be written by a click on a link. Addresses are separated by commas; empty text is no text. */
export interface MailtoForm {
  readonly to: string;
  readonly cc?: string | undefined;
  readonly bcc?: string | undefined;
  readonly subject?: string | undefined;
  /** Lines end with `\n`. */
  readonly body?: string | undefined;
}

/** Longest URL that all mail programs and browsers take, in characters, inclusive (spec §9); a longer one gets a warning. */
export const maxUrlLength = 2000;

/**
 * The mailto URL of a form, by the manual's rules: `%20` for a space, but the values of variables keep theirs, `%3D` for `=`,
 * `%27` for `'`, `%0A` for a line end (where RFC 6068 §5 has `%0D%0A`: mail programs take both); the rest by RFC 6068.
 * A placeholder such as `#RFC_NUMBER#` is encoded too, as `%23RFC_NUMBER%23`: a bare `#` would end the URL.
 */
export const createMailto = (form: MailtoForm): { readonly url: string; readonly warnings: readonly Diagnostic[] } => {
  const fields: readonly (readonly [name: string, value: string])[] = [
    ['cc', encodeAddresses(form.cc ?? '')],
    ['bcc', encodeAddresses(form.bcc ?? '')],
    ['subject', encode((form.subject ?? '').replace(/\s+/gu, ' ').trim())],
    ['body', encodeBody((form.body ?? '').replace(/\r\n?/gu, '\n'))],
  ];
  const query = fields.filter(([, value]) => value !== '').map(([name, value]) => `${name}=${value}`);
  const url = `mailto:${encodeAddresses(form.to)}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  return { url, warnings: [...addressWarnings(form), ...lengthWarnings(url)] };
};

/** What a click on a mailto URL writes; null when the text is none. `&amp;` from a page's source counts as `&`. */
export const readMailto = (url: string): Required<MailtoForm> | null => {
  const trimmed = url.trim();
  if (!/^mailto:/iu.test(trimmed)) return null;
  const [path = '', ...rest] = trimmed.slice('mailto:'.length).split('?');
  const form = { to: readAddresses(path), cc: '', bcc: '', subject: '', body: '' };
  for (const part of rest.join('?').split('&')) {
    const [name = '', ...value] = part.split('=');
    const key = decodePercent(name).replace(/^amp;/u, '').toLowerCase();
    const text = value.join('=');
    if (key === 'to' || key === 'cc' || key === 'bcc') form[key] = joinAddresses(form[key], readAddresses(text));
    else if (key === 'subject' || key === 'body') form[key] = decodePercent(text);
  }
  return form;
};

/** Signs that RFC 6068 leaves as they are in a field (§2, some-delims) and that read better so. */
const readable = /%(?:40|2C|3A)/gu;

/** No mail text has these, and no reader decodes them; tab and line feed excepted. */
const controls = /[^\P{Cc}\t\n]/gu;

const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed().replace(controls, ''))
    .replace(readable, (sign) => decodeURIComponent(sign))
    .replaceAll("'", '%27');

/** The manual writes the value `21/10/2022 14:30` as it is. */
const encodeValue = (text: string): string => encode(text).replaceAll('%20', ' ').replaceAll('%2F', '/');

const encodeBody = (body: string): string => {
  let encoded = '';
  let from = 0;
  for (const { valueFrom, valueTo } of scan(body, false).variables) {
    encoded += encode(body.slice(from, valueFrom)) + encodeValue(body.slice(valueFrom, valueTo));
    from = valueTo;
  }
  return encoded + encode(body.slice(from));
};

const splitAddresses = (addresses: string): readonly string[] =>
  addresses
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');

const encodeAddresses = (addresses: string): string =>
  splitAddresses(addresses)
    .map((address) => encode(address).replaceAll(',', '%2C'))
    .join(',');

const readAddresses = (text: string): string => splitAddresses(text).map(decodePercent).join(',');

const joinAddresses = (first: string, second: string): string =>
  [first, second].filter((addresses) => addresses !== '').join(',');

const notice = (code: string, message: string): Diagnostic => ({
  code,
  message,
  line: null,
  column: null,
  variable: null,
});

const addressWarnings = ({ to, cc = '', bcc = '' }: MailtoForm): readonly Diagnostic[] =>
  [to, cc, bcc]
    .flatMap(splitAddresses)
    .filter((address) => !isAddress(address))
    .map((address) =>
      notice('invalid_address', `"${address}" is no mail address: write it without a name, as in sd@example.com.`),
    );

const lengthWarnings = (url: string): readonly Diagnostic[] =>
  url.length <= maxUrlLength
    ? []
    : [
        notice(
          'url_too_long',
          `The URL has ${url.length} characters; some mail programs take no more than ${maxUrlLength}. Shorten the body.`,
        ),
      ];
