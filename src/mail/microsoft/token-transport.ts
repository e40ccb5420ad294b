import { fetchError } from '../connection/fetch-error.ts';
import { retryAfterMs } from '../connection/retry-after.ts';
import type { MailError } from '../connection/session.ts';
import type { TokenRefusal } from './token-error.ts';

interface TokenRequest {
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface TokenResponse<T> {
  headers: Record<string, string>;
  body: T;
  status: number;
}

/**
 * HTTP as the token library wants it. It keeps what went wrong with the last request, because the library's own errors
 * tell neither a header nor a socket's fault; and it never logs.
 */
export interface TokenTransport {
  sendGetRequestAsync<T>(url: string, request?: TokenRequest): Promise<TokenResponse<T>>;
  sendPostRequestAsync<T>(url: string, request?: TokenRequest): Promise<TokenResponse<T>>;
  failure(): TokenRefusal | MailError | undefined;
}

/** A token endpoint that takes longer has failed. */
const requestTimeoutMs = 20_000;

export function createTokenTransport(): TokenTransport {
  let failure: TokenRefusal | MailError | undefined;

  async function send<T>(url: string, method: string, request?: TokenRequest): Promise<TokenResponse<T>> {
    failure = undefined;
    try {
      const response = await fetch(url, {
        method,
        headers: request?.headers ?? {},
        ...(request?.body === undefined ? {} : { body: request.body }),
        redirect: 'error',
        signal: AbortSignal.timeout(requestTimeoutMs),
      });
      const body = parseObject(await response.text());
      if (!response.ok || 'error' in body) failure = refusal(response, body);
      // The library validates the body itself; T is its wish, not our knowledge.
      return { headers: Object.fromEntries(response.headers), body: body as T, status: response.status };
    } catch (error) {
      failure = fetchError(error, url);
      throw failure;
    }
  }

  return {
    sendGetRequestAsync: (url, request) => send(url, 'GET', request),
    sendPostRequestAsync: (url, request) => send(url, 'POST', request),
    failure: () => failure,
  };
}

/** `{}` for what is no JSON object, as a proxy's error page. */
function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function refusal(response: Response, body: object): TokenRefusal {
  const description =
    'error_description' in body && typeof body.error_description === 'string' ? body.error_description : '';
  const listed = 'error_codes' in body && Array.isArray(body.error_codes) ? body.error_codes.map(String) : [];
  const written = /AADSTS(\d+)/.exec(description)?.[1];
  return {
    status: response.status,
    error: 'error' in body && typeof body.error === 'string' ? body.error : '',
    suberror: 'suberror' in body && typeof body.suberror === 'string' ? body.suberror : '',
    codes: written === undefined ? listed : [written, ...listed],
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
  };
}
