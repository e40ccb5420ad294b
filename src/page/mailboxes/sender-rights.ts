import { html } from 'htm/preact';
import {
  requests,
  requestWords,
  rightWords,
  senderRights,
  standings,
  standingWords,
} from '../../domain/handling/sender-rights.ts';
import { senderAuthentications } from '../../domain/mailboxes/sender-authentication.ts';

/** What each verdict about a From line allows: the code's own table. */
export const SenderRights = () =>
  html`<details>
    <summary>What a sender may do</summary>
    ${standings.map(
      (standing) =>
        html`<div class="table" tabindex="0" role="region" aria-label=${standingWords[standing]}>
          <table>
            <caption>
              ${standingWords[standing]}
            </caption>
            <thead>
              <tr>
                <th scope="col">asks for</th>
                ${senderAuthentications.map((verdict) => html`<th scope="col">${verdict}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${requests.map(
                (request) =>
                  html`<tr>
                    <th scope="row">${requestWords[request].replaceAll('`', '')}</th>
                    ${senderAuthentications.map((verdict) => html`<td>${rightWords[senderRights[standing][request][verdict]]}</td>`)}
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>`,
    )}
  </details>`;
