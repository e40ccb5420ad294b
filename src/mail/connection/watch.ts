import { MailError } from './session.ts';

/** Ends a call that was cancelled, or whose server fell silent. */
export interface Watch {
  readonly signal: AbortSignal;
  /** The server gave a sign of life: the time starts anew. */
  touch(): void;
  stop(): void;
}

/** Starts at once; `signal.reason` is then a DOMException named TimeoutError, or the reason of the one that cancelled. */
export function createWatch(silenceMs: number, cancelledBy: readonly (AbortSignal | undefined)[]): Watch {
  const silence = new AbortController();
  const expire = (): void => silence.abort(new DOMException('The server fell silent.', 'TimeoutError'));
  const timer = setTimeout(expire, silenceMs);
  return {
    signal: anySignal([silence.signal, ...cancelledBy]),
    touch: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
  };
}

export const anySignal = (signals: readonly (AbortSignal | undefined)[]): AbortSignal =>
  AbortSignal.any(signals.filter((signal) => signal !== undefined));

export const stopped = (): MailError => new MailError('interrupted', 'The reading was stopped.', 'Nothing to do.');
