import { useCallback, useEffect, useState } from 'preact/hooks';
import { ApiError } from './api.ts';

export interface Loaded<T> {
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  readonly reload: () => void;
}

/** A number, and what makes it another one: for what is to be read again. */
export function useTurn(): readonly [turn: number, next: () => void] {
  const [turn, setTurn] = useState(0);
  return [turn, useCallback(() => setTurn((before) => before + 1), [])];
}

/** Loads again when `key` changes, and every `everyMs` where given; what is shown stays until the answer is there. */
export function useLoad<T>(key: string, load: () => Promise<T>, everyMs?: number): Loaded<T> {
  const [state, setState] = useState<{ data?: T; error?: ApiError }>({});
  const [turn, reload] = useTurn();
  useEffect(() => {
    let current = true;
    load().then(
      (data) => {
        if (current) setState({ data });
      },
      (error: unknown) => {
        if (current) setState((before) => ({ ...before, error: asRefusal(error) }));
      },
    );
    return () => {
      current = false;
    };
    // `load` is new with every drawing; `key` says what it loads.
  }, [key, turn]);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(reload, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  return { data: state.data, error: state.error, reload };
}

const asRefusal = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError(0, error instanceof Error ? error.message : String(error));

export interface Doing {
  readonly busy: boolean;
  readonly error: ApiError | undefined;
  /** What was done last, for `role="status"`. */
  readonly done: string;
  /** Runs one thing at a time. `said` is shown when it is done. */
  readonly run: (work: () => Promise<unknown>, said?: string | (() => string)) => void;
  /** Tells of what was done elsewhere. */
  readonly tell: (said: string) => void;
}

export function useDoing(): Doing {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | undefined>(undefined);
  const [done, setDone] = useState('');
  const run = (work: () => Promise<unknown>, said: string | (() => string) = ''): void => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    setDone('');
    work()
      .then(
        () => setDone(typeof said === 'string' ? said : said()),
        (failure: unknown) => setError(asRefusal(failure)),
      )
      .finally(() => setBusy(false));
  };
  return { busy, error, done, run, tell: setDone };
}
