import type { ServerPorts } from '../ports.ts';
import type { Secrets } from '../secrets.ts';
import type { Account } from './account.ts';
import type { Installation } from './installation.ts';

export interface ServerContext {
  instance: string;
  installation: Installation;
  /** Where the servers keep their data. */
  folder: string;
  portOffset: number;
  ports: ServerPorts;
  secrets: Secrets;
  /** false: fast and forgetful, for tests. */
  durable: boolean;
  /** The kernel ends the servers when this process dies, however it dies. */
  dieWithUs: boolean;
}

/** How one server is prepared and run. */
export interface NativeServer {
  name: string;
  port: number;
  command: string;
  args: string[];
  /** Its own data, which alone it may enter. */
  folder: string;
  env: NodeJS.ProcessEnv;
  account: Account | undefined;
  stopSignal: NodeJS.Signals;
  /** Writes configuration and creates the data folder; safe to repeat. */
  prepare: () => void;
}
