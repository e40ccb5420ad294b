import { chownSync, closeSync, constants, mkdirSync, openSync } from 'node:fs';
import type { SystemUser } from '../processes/system-user.ts';

/** A folder of another user, as that user's programs name it. */
export interface PrivateFolder {
  /** What a program of that user is given as the folder's path. */
  readonly path: string;
  /** To be passed to that program as descriptor 3; undefined where the path alone does. */
  readonly descriptor: number | undefined;
  close(): void;
}

/**
 * Makes the folder if need be. As root it belongs to `user` and is handed over as an open descriptor: it lies in the data
 * folder, which lies where its owner chose, and there (under /root, say) `user` may not pass by the folder's path.
 */
export function openPrivateFolder(folder: string, user: SystemUser | undefined): PrivateFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  if (user === undefined || process.platform !== 'linux') {
    return { path: folder, descriptor: undefined, close: () => undefined };
  }
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  // proc(5): the link leads to the open folder itself, whatever lies above it.
  return { path: '/proc/self/fd/3', descriptor, close: () => closeSync(descriptor) };
}
