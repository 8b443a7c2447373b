import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { serverPorts } from '../infra/ports.ts';
import { infraModes, type InfraMode } from '../infra/servers.ts';
import { UsageError } from './user-error.ts';

export interface CommonOptions {
  instance: string;
  portOffset: number;
  infra: InfraMode | undefined;
  yes: boolean;
  detach: boolean;
}

const known = {
  instance: { type: 'string' },
  'port-offset': { type: 'string' },
  infra: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
  detach: { type: 'boolean', short: 'd' },
} as const satisfies ParseArgsOptionsConfig;

export type OptionName = keyof typeof known;

/**
 * Reads the options a command accepts; each has the same meaning and form in all of them.
 *
 * @throws UsageError for an option that is unknown to the command or has a value it cannot have
 */
export function parseOptions(args: string[], accepted: readonly OptionName[]): CommonOptions {
  const options = Object.fromEntries(accepted.map((name) => [name, known[name]]));
  let values: Partial<Record<OptionName, string | boolean>>;
  try {
    values = parseArgs({ args, options, allowPositionals: false, strict: true }).values;
  } catch (error) {
    throw new UsageError(usageMessage(error as NodeJS.ErrnoException, args, accepted));
  }
  return {
    instance: parseInstance(values.instance as string | undefined),
    portOffset: parsePortOffset(values['port-offset'] as string | undefined),
    infra: parseInfra(values.infra as string | undefined),
    yes: values.yes === true,
    detach: values.detach === true,
  };
}

function usageMessage(error: NodeJS.ErrnoException, args: string[], accepted: readonly OptionName[]): string {
  const list = accepted.map((name) => `--${name}`).join(', ') || 'nenhuma';
  const name = /'(?:-\w, )?(-[^'\s=]*)/.exec(error.message)?.[1] ?? args.join(' ');
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return `Opção desconhecida: ${name}. Este comando aceita: ${list}.`;
  if (error.code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
    return `Este comando não recebe argumentos soltos. Opções aceitas: ${list}.`;
  }
  return `A opção ${name} está incompleta ou recebeu um valor que não aceita. Opções deste comando: ${list}.`;
}

function parseInstance(value = 'dev'): string {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(value) || value === 'pacotes') {
    throw new UsageError(
      `--instance deve ter letras minúsculas, algarismos e hífens, começando por letra; "${value}" não serve.`,
    );
  }
  return value;
}

/** Every port of the platform must stay a valid one. */
const largestOffset = 65_535 - Math.max(...Object.values(serverPorts(0)));

function parsePortOffset(value = '0'): number {
  const offset = Number(value);
  if (!/^\d+$/.test(value) || offset > largestOffset)
    throw new UsageError(`--port-offset deve ser um inteiro de 0 a ${largestOffset}; "${value}" não serve.`);
  return offset;
}

function parseInfra(value: string | undefined): InfraMode | undefined {
  const mode = infraModes.find((candidate) => candidate === value);
  if (value !== undefined && !mode)
    throw new UsageError(`--infra deve ser ${infraModes.join(', ')}; "${value}" não serve.`);
  return mode;
}
