import { Command } from 'commander';
import { printLine } from '../shared/print.ts';
import { runService } from '../run/run-service.ts';

export const demoCommand = (): Command =>
  new Command('demo')
    .summary('show it all on throw-away data')
    .description(
      'Runs what tsa up runs on a throw-away data folder, with a mail server of its own, sends sample mails to it and prints ' +
        'what became of each. Stays up until Ctrl-C.',
    )
    .option('--once', 'stop after the table: exit code 0 if every mail ended as expected, otherwise 1', false)
    .action(async ({ once }: { readonly once: boolean }) => {
      const { demonstrate } = await import('./demonstrate.ts');
      await runService(async (context) => {
        const { running, failures } = await demonstrate(context);
        if (!once) {
          printLine('Ctrl-C stops it.');
          return running;
        }
        return {
          lost: Promise.resolve(
            failures === 0 ? undefined : new Error(`${failures} of what the table shows did not end as expected`),
          ),
        };
      });
    });
