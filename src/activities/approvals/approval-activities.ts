import type { Logger } from 'pino';

import { findApprovalSnapshot } from '../../db/approvals/approval-snapshot.ts';
import { escalateApproval, expireApproval, remindApprovers } from '../../db/approvals/approval-timers.ts';
import { openApproval } from '../../db/approvals/approvals.ts';
import type { Db } from '../../db/shared/connect.ts';
import { NotFoundError } from '../../db/shared/errors.ts';
import type { ApprovalActivities } from './approval.contract.ts';
import type { ApprovalSnapshot } from '../../domain/approvals/approval-snapshot.ts';
import { inOurWords } from '../shared/faults.ts';
import { unknown } from '../shared/unknown.ts';

export const createApprovalActivities = ({
  db,
  logger,
}: {
  readonly db: Db;
  readonly logger: Logger;
}): ApprovalActivities => {
  /** Does what is due, and reads where the approval stands. */
  const after = (
    effect: (db: Db, actionId: number, now: string) => Promise<void>,
  ): ((input: { readonly actionId: number }) => Promise<ApprovalSnapshot>) => {
    return ({ actionId }) =>
      inOurWords(logger, async () => {
        await effect(db, actionId, new Date().toISOString());
        return orUnknown('UnknownApproval', findApprovalSnapshot(db, actionId));
      });
  };
  return {
    openApproval: (input) =>
      inOurWords(logger, () =>
        orUnknown('UnknownTicket', openApproval(db, { ...input, now: new Date().toISOString() })),
      ),
    readApproval: after(() => Promise.resolve()),
    remindApprovers: after(remindApprovers),
    escalateApproval: after(escalateApproval),
    expireApproval: after(expireApproval),
  };
};

const orUnknown = async <T>(type: 'UnknownTicket' | 'UnknownApproval', work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NotFoundError) throw unknown(type, error.message);
    throw error;
  }
};
