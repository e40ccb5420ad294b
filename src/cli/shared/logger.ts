import { pino, type Logger } from 'pino';

/** JSON lines on standard error; the operation log is another thing. */
export const createLogger = (level: 'info' | 'warn'): Logger =>
  pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
