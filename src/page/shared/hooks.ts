import { useCallback, useEffect, useState } from 'preact/hooks';
import { ApiError } from './api.ts';

export interface Loaded<T> {
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  readonly reload: () => void;
}

/** Returns a counter and a function that increments it. Use it as a dependency to reload data. */
export function useRefreshKey(): readonly [refreshKey: number, refresh: () => void] {
  const [refreshKey, setRefreshKey] = useState(0);
  return [refreshKey, useCallback(() => setRefreshKey((before) => before + 1), [])];
}

/** Loads again when `key` changes, and every `everyMs` where given; what is shown stays until the answer is there. */
export function useLoad<T>(key: string, load: () => Promise<T>, everyMs?: number): Loaded<T> {
  const [state, setState] = useState<{ data?: T; error?: ApiError }>({});
  const [refreshKey, reload] = useRefreshKey();
  useEffect(() => {
    let current = true;
    load().then(
      (data) => {
        if (current) setState({ data });
      },
      (error: unknown) => {
        if (current) setState((before) => ({ ...before, error: asApiError(error) }));
      },
    );
    return () => {
      current = false;
    };
    // `load` is new with every drawing; `key` says what it loads.
  }, [key, refreshKey]);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(reload, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  return { data: state.data, error: state.error, reload };
}

const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError(0, error instanceof Error ? error.message : String(error));

/** Progress and result of the actions that change data. */
export interface Mutation {
  /** True while an action runs. */
  readonly busy: boolean;
  /** Error of the last action. Undefined while an action runs and after one that succeeded. */
  readonly error: ApiError | undefined;
  /** Message of the last action that succeeded, for `role="status"`. Empty while an action runs and after one that failed. */
  readonly message: string;
  /** Runs the action and then shows `successMessage`. Ignored while another action runs. */
  readonly run: (action: () => Promise<unknown>, successMessage?: string | (() => string)) => void;
  /** Shows the message of an action that ran elsewhere. */
  readonly setMessage: (message: string) => void;
}

/** Returns a mutation that has not run. */
export function useMutation(): Mutation {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | undefined>(undefined);
  const [message, setMessage] = useState('');
  const run = (action: () => Promise<unknown>, successMessage: string | (() => string) = ''): void => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    setMessage('');
    action()
      .then(
        () => setMessage(typeof successMessage === 'string' ? successMessage : successMessage()),
        (failure: unknown) => setError(asApiError(failure)),
      )
      .finally(() => setBusy(false));
  };
  return { busy, error, message, run, setMessage };
}
