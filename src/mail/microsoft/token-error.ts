import { MailError, type MailErrorKind } from '../connection/session.ts';

/** What the authority answered in place of a token (RFC 6749 §5.2, with Microsoft's additions). */
export interface TokenRefusal {
  /** Of HTTP. */
  readonly status: number;
  /** The OAuth code such as `invalid_grant`; empty where the answer was not OAuth at all. */
  readonly error: string;
  readonly suberror: string;
  /** Microsoft's codes without `AADSTS`, the most telling first. */
  readonly codes: readonly string[];
  readonly retryAfterMs: number | undefined;
}

/** Error of a refused sign-in, without the code that Microsoft gave. */
interface SignInError {
  readonly kind: MailErrorKind;
  readonly message: string;
  readonly remedy: string;
}

const refused = (message: string, remedy: string): SignInError => ({ kind: 'credentials_refused', message, remedy });

const wrongPassword = refused(
  'Microsoft refuses the login or the password.',
  'Sign in with them at https://outlook.office.com in a private window, then enter the working Login and Password in the form of the mailbox.',
);
const unknownUser = refused(
  'Microsoft does not know the login in this directory.',
  'Check Login and Directory ID (tenant) in the form of the mailbox: the login must be the user name of a work account of that directory.',
);
const federatedUser = refused(
  'Microsoft holds no password for this login: it is a guest, a personal or a federated account.',
  'Use a cloud-only work account of the directory as Login, or empty Password and use client credentials (Type Microsoft Graph, application permissions).',
);
const mfaRequired = refused(
  'Microsoft demands a second factor or a step on screen for this login, which a service cannot give.',
  'In the Microsoft Entra admin center exclude the account from the policy (Protection, Conditional Access; or Users, Per-user MFA; or Security defaults), or empty Password and use client credentials (Type Microsoft Graph).',
);
const blockedByPolicy = refused(
  'A Conditional Access policy blocks this sign-in.',
  'In the Microsoft Entra admin center, Sign-in logs, open the failed entry, tab Conditional Access, and exclude the account or the application from the policy named there.',
);
const consentMissing = refused(
  'The application has no consent to what it asks for.',
  'In the Microsoft Entra admin center, App registrations, the application, API permissions: add the permissions of the mailbox type and choose "Grant admin consent".',
);
const notAssigned = refused(
  'The application is restricted to assigned users, and this login is not one of them.',
  'In the Microsoft Entra admin center, Enterprise applications, the application, Users and groups: add the account that stands in Login.',
);
const wrongSecret = refused(
  'The client secret is wrong.',
  'In the Microsoft Entra admin center, App registrations, the application, Certificates & secrets, create a secret and enter its Value (not its Secret ID) as Client Secret in the form of the mailbox.',
);
const expiredSecret = refused(
  'The client secret has expired.',
  'In the Microsoft Entra admin center, App registrations, the application, Certificates & secrets, create a secret, enter its Value as Client Secret in the form of the mailbox, and its expiry date with it.',
);
const secretDemanded = refused(
  'The application may sign in only with its client secret.',
  'Enter Client Secret in the form of the mailbox, or allow public client flows: Microsoft Entra admin center, App registrations, the application, Authentication, "Allow public client flows".',
);
const unknownTenant = refused(
  'Microsoft does not know the directory (tenant).',
  'Compare Directory ID (tenant) in the form of the mailbox with the one on the Overview page of the app registration; a national cloud needs its own authority address.',
);
const unknownApplication = refused(
  'Microsoft does not know the application in this directory.',
  'Compare Application ID (client) and Directory ID (tenant) in the form of the mailbox with the Overview page of the app registration.',
);
const disabledApplication = refused(
  'The application is switched off in the directory.',
  'In the Microsoft Entra admin center, Enterprise applications, the application, Properties: set "Enabled for users to sign-in" to Yes.',
);
const locked = refused(
  'Microsoft has locked the account for a while after too many wrong passwords or for sign-ins from a risky address.',
  'Wait until the lock ends (a minute and more), make sure that nothing else uses an old password, then enter the right one in the form of the mailbox.',
);
const malformedRequest = refused(
  'Microsoft does not understand the sign-in: a field of it is empty or malformed.',
  'Compare Application ID (client), Directory ID (tenant), Login and Client Secret in the form of the mailbox with the Microsoft Entra admin center: an empty or cut value is the usual cause.',
);
const revoked = refused(
  'Microsoft has revoked the sign-in: a password was changed or an administrator ended the sessions.',
  'Sign in once with the Login at https://outlook.office.com, then enter its working Password in the form of the mailbox.',
);
const noServicePrincipal = refused(
  'The application is not installed in this directory: it has no service principal here.',
  'In the Microsoft Entra admin center, Enterprise applications, add the application, and choose "Grant admin consent".',
);
const disabledUser = refused(
  'The account is switched off.',
  'In the Microsoft Entra admin center, Users, the account, Properties, switch the account on, or enter another Login in the form of the mailbox.',
);
const passwordExpired = refused(
  'The password has expired.',
  'Set a new password for the account (best: one that never expires) and enter it as Password in the form of the mailbox.',
);
const wrongScope = refused(
  'The directory does not offer the service that is asked for.',
  'Check that the directory has Exchange Online, and in a national cloud that the addresses of Graph and Outlook are those of that cloud.',
);
const busy: SignInError = {
  kind: 'throttled',
  message: 'Microsoft asks to sign in less often.',
  remedy:
    'Nothing to do: it is tried again by itself. If it lasts, raise the Read Interval of the mailboxes of this directory.',
};
const down: SignInError = {
  kind: 'unreachable',
  message: 'The sign-in service of Microsoft has a fault.',
  remedy: 'Nothing to do: it is tried again by itself. See https://status.cloud.microsoft.',
};

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const errorsByNumber: ReadonlyMap<string, SignInError> = new Map(
  (
    [
      [wrongPassword, 50126, 50052, 50064],
      [unknownUser, 50034, 50059, 50128, 51004],
      [federatedUser, 50020, 50056],
      [mfaRequired, 50072, 50074, 50076, 50078, 50079, 50158, 50203, 530035],
      [blockedByPolicy, 50005, 50097, 50131, 53000, 53001, 53002, 53003, 53004, 530003],
      [consentMissing, 65001, 65002, 65004, 650056, 90094],
      [malformedRequest, 9002313, 900144],
      [revoked, 50173, 50132, 50133],
      [noServicePrincipal, 7000229],
      [notAssigned, 50105],
      [wrongSecret, 7000215],
      [expiredSecret, 7000222],
      [secretDemanded, 7000218],
      [unknownTenant, 90002, 900021, 900023, 50002],
      [unknownApplication, 700016, 70001, 650052],
      [disabledApplication, 7000112, 500014],
      [locked, 50053],
      [disabledUser, 50057],
      [passwordExpired, 50055, 50144],
      [wrongScope, 500011, 70011, 28002, 50001],
      [busy, 90055, 90024, 50196],
      [down, 90033, 90038, 50000],
    ] satisfies readonly (readonly [SignInError, ...number[]])[]
  ).flatMap(([error, ...codes]) => codes.map((code) => [String(code), error] as const)),
);

/** By the codes of OAuth, for what Microsoft may number otherwise one day, and for other authorities. */
function errorByOAuth({ error, suberror }: TokenRefusal): SignInError | undefined {
  if (suberror === 'consent_required' || error === 'consent_required') return consentMissing;
  if (suberror === 'user_password_expired') return passwordExpired;
  switch (error) {
    case 'invalid_grant':
      return wrongPassword;
    case 'interaction_required':
    case 'login_required':
      return mfaRequired;
    case 'invalid_client':
      return wrongSecret;
    case 'unauthorized_client':
      return unknownApplication;
    case 'invalid_resource':
    case 'invalid_scope':
      return wrongScope;
    case 'invalid_tenant':
      return unknownTenant;
    case 'access_denied':
      return blockedByPolicy;
    case 'temporarily_unavailable':
    case 'server_error':
      return down;
    default:
      return undefined;
  }
}

/** The refusal in words that say what to change and where. */
export function tokenError(refusal: TokenRefusal): MailError {
  const number = refusal.codes.find((code) => errorsByNumber.has(code)) ?? refusal.codes[0];
  const code = number === undefined ? refusal.error : `AADSTS${number}`;
  const error = signInErrorOf(refusal, number, code);
  return new MailError(error.kind, code === '' ? error.message : `${error.message} (${code})`, error.remedy, {
    code,
    ...(error.kind === 'throttled' ? { retryAfterMs: refusal.retryAfterMs ?? defaultRetryAfterMs } : {}),
  });
}

/** Where the authority asks for patience without naming a time. */
const defaultRetryAfterMs = 60_000;

function signInErrorOf(refusal: TokenRefusal, number: string | undefined, code: string): SignInError {
  if (refusal.status === 429) return busy;
  const known = number === undefined ? undefined : errorsByNumber.get(number);
  if (known !== undefined) return known;
  if (refusal.status >= 500) return refusal.retryAfterMs === undefined ? down : busy;
  // A number that is not known may be anything, but not surely the password.
  if (refusal.error === 'invalid_grant' && number !== undefined && errorByOAuth(refusal) === wrongPassword)
    return refused('Microsoft refuses the sign-in.', lookUp(code));
  return (
    errorByOAuth(refusal) ?? {
      kind: 'protocol',
      message: `The sign-in service gave an answer that the agent does not understand (HTTP ${refusal.status}).`,
      remedy:
        number === undefined ? 'Check the authority address, and that no proxy answers in its place.' : lookUp(code),
    }
  );
}

const lookUp = (code: string): string =>
  `Look the code up at https://login.microsoftonline.com/error?code=${code.replace('AADSTS', '')}.`;
