/**
 * Whoever reads what a command says may have seen enough (`npm run migrar | head`): what was begun goes on to its end,
 * and its exit code tells how that was. For whatever writes to a terminal; it runs on any Node.
 */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
