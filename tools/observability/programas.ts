import { UserError } from '../cli/user-error.ts';
import { unpackFolder } from '../infra/native/data-folder.ts';
import { unpackedFiles } from '../infra/native/packages.ts';

/** Debian's packages of what looks at the platform, and where each has its program. */
const PROGRAMS = {
  prometheus: '/usr/bin/prometheus',
  'prometheus-alertmanager': '/usr/bin/prometheus-alertmanager',
};

export interface Programas {
  readonly prometheus: string;
  readonly promtool: string;
  readonly alertmanager: string;
  readonly amtool: string;
}

const unpacked = (): string => `${unpackFolder()}-observabilidade`;

/** @throws UserError where the packages are neither installed nor to be had */
export async function programas(): Promise<Programas> {
  const { prometheus, 'prometheus-alertmanager': alertmanager } = await unpackedFiles(PROGRAMS, unpacked());
  return {
    prometheus,
    promtool: prometheus.replace(/prometheus$/, 'promtool'),
    alertmanager,
    amtool: alertmanager.replace(/prometheus-alertmanager$/, 'amtool'),
  };
}

/** Why there are none here, once everything was tried to have them; nothing when there are. */
export const obstaculo = (): Promise<string | undefined> =>
  programas().then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof UserError) return error.message;
      throw error;
    },
  );
