declare module 'pino-roll' {
  import type { EventEmitter } from 'node:events';

  interface Options {
    file: string;
    size?: string;
    mkdir?: boolean;
    limit?: { count: number };
  }
  /** Lines are buffered; `close` is emitted when the last one is written. */
  interface RollingFile extends EventEmitter {
    write(line: string): boolean;
    end(): void;
  }
  // eslint-disable-next-line no-restricted-syntax -- the package's own form
  export default function pinoRoll(options: Options): Promise<RollingFile>;
}
