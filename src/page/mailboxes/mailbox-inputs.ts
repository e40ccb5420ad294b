import { html } from 'htm/preact';
import { formWarnings } from '../../domain/mailboxes/mailbox-warnings.ts';
import { SenderRights } from './sender-rights.ts';
import type { ComponentChildren } from 'preact';
import { defaultPort, withMailboxDefaults } from '../../domain/mailboxes/mailbox-defaults.ts';
import { type MailboxForm, secretMask, type StoredMailbox } from '../../domain/mailboxes/mailbox-draft.ts';
import { presence, typeNames } from '../../domain/mailboxes/mailbox-presence.ts';
import { mailboxTypes } from '../../domain/mailboxes/mailbox.ts';
import { senderAuthenticationModes } from '../../domain/mailboxes/sender-authentication.ts';
import { FieldError, invalidity, inputValue } from '../shared/ui.ts';

type Form = MailboxForm & { defaultCategory?: string };

interface Props {
  readonly form: Form;
  readonly stored: StoredMailbox | undefined;
  readonly categories: readonly { readonly code: string; readonly path: string }[];
  readonly change: (changes: Partial<Form>) => void;
  readonly errorOf: (field: string) => string | undefined;
}

const list = (text: string): string[] => text.split(/[\s,;]+/).filter((entry) => entry !== '');

/** The fields in the order of the manual's screen, then those that this agent has beside them. */
export const MailboxFields = ({ form, stored, categories, change, errorOf }: Props) => {
  const draft = withMailboxDefaults(form);
  const has = presence[form.type];

  const invalid = (field: string) => invalidity(field, errorOf(field));
  const field = (name: string, label: string, input: ComponentChildren) =>
    html`<div class="field">
      <label for=${name}>${label}</label>${input}<${FieldError} id=${name} message=${errorOf(name)} />
    </div>`;
  const text = (name: keyof Form, label: string, more: Readonly<Record<string, unknown>> = {}) =>
    field(
      name,
      label,
      html`<input
        id=${name}
        value=${(form[name] as string | null | undefined) ?? ''}
        onInput=${(event: Event) => change({ [name]: inputValue(event) === '' ? null : inputValue(event) })}
        ...${invalid(name)}
        ...${more}
      />`,
    );
  const number = (
    name: keyof Form,
    label: string,
    shown: number | null,
    more: Readonly<Record<string, unknown>> = {},
  ) =>
    field(
      name,
      label,
      html`<input
        id=${name}
        type="number"
        value=${(form[name] as number | null | undefined) ?? shown ?? ''}
        onInput=${(event: Event) => change({ [name]: inputValue(event) === '' ? null : Number(inputValue(event)) })}
        ...${invalid(name)}
        ...${more}
      />`,
    );
  const toggle = (name: keyof Form, label: string, checked: boolean) =>
    html`<div class="field check">
      <label>
        <input
          type="checkbox"
          role="switch"
          checked=${checked}
          onChange=${(event: Event) => change({ [name]: (event.currentTarget as HTMLInputElement).checked })}
          ...${invalid(name)}
        />
        ${label}
      </label>
      <${FieldError} id=${name} message=${errorOf(name)} />
    </div>`;
  const choice = (name: keyof Form, label: string, value: string, options: readonly (readonly [string, string])[]) =>
    field(
      name,
      label,
      html`<select
        id=${name}
        value=${value}
        onChange=${(event: Event) => change({ [name]: inputValue(event) })}
        ...${invalid(name)}
      >
        ${options.map(([code, shown]) => html`<option value=${code}>${shown}</option>`)}
      </select>`,
    );
  const secret = (name: 'password' | 'clientSecret', label: string, isStored: boolean) =>
    field(
      name,
      label,
      html`<input
          id=${name}
          type="password"
          autocomplete="new-password"
          placeholder=${form[name] === null ? 'will be cleared' : isStored ? secretMask : ''}
          value=${form[name] ?? ''}
          onInput=${(event: Event) => change({ [name]: inputValue(event) === '' ? undefined : inputValue(event) })}
          ...${invalid(name)}
        />
        ${
          isStored &&
          html`<button
            type="button"
            class="plain"
            onClick=${() => change({ [name]: form[name] === null ? undefined : null })}
          >
            ${form[name] === null ? `Keep the stored ${label}` : `Clear the stored ${label}`}
          </button>`
        }`,
    );
  const addresses = (name: 'trustedSenders' | 'authenticationServers' | 'ownDomains', label: string, hint: string) =>
    field(
      name,
      label,
      html`<input
          id=${name}
          value=${(form[name] ?? []).join(', ')}
          onChange=${(event: Event) => change({ [name]: list(inputValue(event)) })}
          ...${invalid(name)}
        />
        <small>${hint}</small>`,
    );

  return html`<div class="fields">
    ${text('name', 'Mailbox', { required: true })} ${toggle('active', 'Enable Active Mailbox Scan', draft.active)}
    ${choice(
      'type',
      'Type',
      form.type,
      mailboxTypes.map((type) => [type, typeNames[type]] as const),
    )}
    ${number('readIntervalMinutes', 'Read Interval (minutes)', draft.readIntervalMinutes, { step: 'any', min: 0 })}
    ${
      has.mailServer !== 'unused' &&
      form.type !== 'office365' &&
      html`${text('mailServer', 'Mail Server', { placeholder: 'mail.example.com' })}
      ${number('port', 'Port', defaultPort(form.type, draft.sslTls), { min: 1, max: 65535 })}`
    }
    ${text('login', 'Login', { autocomplete: 'off' })} ${secret('password', 'Password', stored?.hasPassword === true)}
    ${
      has.mailServer === 'required' &&
      html`${toggle('sslTls', 'SSL/TLS', draft.sslTls)} ${toggle('startTls', 'StartTLS', draft.startTls)}`
    }
    ${
      has.applicationId !== 'unused' &&
      html`${text('applicationId', 'Application ID (client)')} ${text('directoryId', 'Directory ID (tenant)')}
      ${secret('clientSecret', 'Client Secret', stored?.hasClientSecret === true)}`
    }
    ${text('secretExpiresAt', 'Secret expires at', { type: 'date' })}
    ${choice('defaultCategory', 'Default Category', form.defaultCategory ?? '', [
      ...(form.defaultCategory === undefined ? [['', 'choose one'] as const] : []),
      ...(categories.some(({ code }) => code === form.defaultCategory) || form.defaultCategory === undefined
        ? []
        : [[form.defaultCategory, form.defaultCategory] as const]),
      ...categories.map(({ code, path }) => [code, path] as const),
    ])}
    ${text('origin', 'Origin')}
    ${toggle('createUnknownRequestors', 'Create Unknown Requestors', draft.createUnknownRequestors)}
    ${text('redirectUnknownEmailsTo', 'Redirect Unknown Emails to', { type: 'email', placeholder: 'desk@example.com' })}
    <details>
      <summary>More</summary>
      <div class="fields">
        ${text('address', 'Address', { placeholder: 'the login' })}
        ${choice('afterProcessing', 'After Processing', draft.afterProcessing, [
          ['delete', 'delete'],
          ['move', 'move to a folder'],
        ])}
        ${draft.afterProcessing === 'move' && text('moveToFolder', 'Folder to move to')}
        ${(form.type === 'imap4' || form.type === 'office365') && toggle('push', 'Push: read when a mail arrives (IMAP IDLE)', draft.push)}
        ${
          (form.type === 'office365' || form.type === 'graph') &&
          choice('sendVia', 'Send via', draft.sendVia, [
            ['smtp', 'the SMTP server of the agent'],
            ['mailbox', 'this mailbox'],
          ])
        }
        ${addresses('trustedSenders', 'Trusted Senders', 'Addresses or domains, with commas between: they may name another requestor.')}
        ${choice(
          'senderAuthentication',
          'Sender Authentication',
          draft.senderAuthentication,
          senderAuthenticationModes.map((mode) => [mode, mode] as const),
        )}
        ${formWarnings(draft).map(({ message, remedy }) => html`<p class="warning">${message} ${remedy}</p>`)}
        <${SenderRights} />
        ${
          draft.senderAuthentication === 'authentication-results' &&
          addresses(
            'authenticationServers',
            'Authentication Servers',
            'Receiving servers that are believed; - for those that name none.',
          )
        }
        ${
          (form.type === 'office365' || form.type === 'graph') &&
          draft.senderAuthentication !== 'off' &&
          html`${toggle('exchangeInternal', 'Internal mail of Exchange Online is proved', draft.exchangeInternal)}
          ${
            draft.exchangeInternal &&
            addresses(
              'ownDomains',
              'Own Domains',
              'Trust it only without on-premises relays or connectors that promote headers, and with RejectDirectSend on. Tokens in approval links stay the stronger proof.',
            )
          }`
        }
        ${toggle('acceptCurlyQuotes', 'Take curly quotes for the quote of an instruction', draft.acceptCurlyQuotes)}
        ${number('maxMessageBytes', 'Max Message Size (bytes)', draft.maxMessageBytes, { min: 1 })}
      </div>
    </details>
  </div>`;
};
