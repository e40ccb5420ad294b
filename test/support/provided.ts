import type { DovecotAddress } from './dovecot.ts';

/** Servers that a machine may lack. */
export type OptionalServer = 'dovecot' | 'submission' | 'chromium' | 'timeSkipping' | 'pip';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port`; the search attributes are registered in the namespace `default`. */
    temporalAddress: string;
    temporalUiUrl: string;
    /** Only in tests under `requires('dovecot')`. */
    dovecot: DovecotAddress;
    /** Path of the program; only in tests under `requires('chromium')`. */
    chromium: string;
    /** Path of the program; only in tests under `requires('timeSkipping')`. */
    timeSkipping: string;
    /** Why a server is not there. */
    missing: Partial<Record<OptionalServer, string>>;
  }
}
