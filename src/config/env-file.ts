import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ConfigError } from './config-error.ts';

/** The environment of this process, with what `.env` in the working folder adds; what is set already wins over the file. */
export function readEnvironment(workingDir = process.cwd()): Readonly<Record<string, string | undefined>> {
  const file = path.join(workingDir, '.env');
  if (existsSync(file)) {
    try {
      process.loadEnvFile(file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ConfigError([{ variable: '.env', problem: `cannot be read: ${reason}` }]);
    }
  }
  return process.env;
}
