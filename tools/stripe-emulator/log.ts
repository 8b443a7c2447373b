export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type Log = (level: LogLevel, message: string, fields?: Record<string, unknown>) => void;

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** One JSON object a line. Bodies, queries and headers never come here, so neither do keys and client secrets. */
export function jsonLog(minimum: LogLevel, write: (line: string) => void): Log {
  return (level, message, fields = {}) => {
    if (order.indexOf(level) < order.indexOf(minimum)) return;
    write(
      `${JSON.stringify({ timestamp: new Date().toISOString(), level, service: 'stripe-emulator', message, ...fields })}\n`,
    );
  };
}
