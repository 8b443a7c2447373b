/**
 * What the server itself ends: a transaction whose process was stopped or cut off in its middle must not hold its locks
 * for ever, nor a client that is gone its connection. Set for the roles of the applications (`npm start`, `npm run
 * provision`) and not by the sessions themselves, which behind a pooler are nobody's: it would refuse what a connection
 * asks for as it begins, and hand to the next what was SET.
 */
export const sessionLimits = {
  statement_timeout: '10s',
  lock_timeout: '8s',
  idle_in_transaction_session_timeout: '10s',
  tcp_keepalives_idle: '5s',
  tcp_keepalives_interval: '2s',
  tcp_keepalives_count: '3',
};

/** The statement that sets the limits of a role. */
export const limitRole = (role: string): string =>
  Object.entries(sessionLimits)
    .map(([name, value]) => `ALTER ROLE ${role} SET ${name} = '${value}'`)
    .join('; ');
