import { dirname, join } from 'node:path';

/**
 * Continuous archiving, which begins when there is a repository to archive into (`npm run backup`) and needs no restart
 * then: until that day a finished segment is good as it is. A commit waits at most a minute for its segment to be closed.
 * Paths of data are plain ones (`dataFolder`).
 */
export const archiveSettings = (data: string): Record<string, string> => ({
  wal_level: 'replica',
  archive_mode: 'on',
  archive_timeout: '60',
  archive_command: `test ! -e "${archiveScript(data)}" || sh "${archiveScript(data)}" "%p"`,
});

/** Beside the data, and for its server alone to read. */
export const backupFolder = (data: string): string => join(dirname(data), 'copias');

/** What archives one segment; there is none before the first copy. pgBackRest insists on its name in the command. */
export const archiveScript = (data: string): string => join(backupFolder(data), 'pgbackrest-arquivar');

/** Of the 107 bytes that a socket's path may have (unix(7)) the file's own name takes some. */
const longestSocketFolder = 85;

/**
 * Where pgBackRest meets the server, since it knows no TCP to its own machine: in the data folder, that nobody else
 * enters. Nowhere when the path is too long for a socket.
 */
export const socketFolder = (data: string): string => (Buffer.byteLength(data) <= longestSocketFolder ? data : '');
