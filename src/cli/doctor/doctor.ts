import process from 'node:process';
import { Command } from 'commander';
import { reportText } from './doctor-report.ts';
import { printLine } from '../shared/print.ts';

export const doctorCommand = (): Command =>
  new Command('doctor')
    .summary('look for what is wrong')
    .description('Checks settings, keys, database, Temporal and mailboxes, and says what to do. Changes nothing.')
    .option('--json', 'the findings as a JSON array', false)
    .action(async ({ json }: { readonly json: boolean }) => {
      const { diagnose } = await import('./diagnose.ts');
      const findings = await diagnose();
      printLine(json ? JSON.stringify(findings) : reportText(findings));
      if (findings.some(({ status }) => status === 'failed')) process.exitCode = 1;
    });
