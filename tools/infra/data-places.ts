import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InfraMode } from '../cli/command.ts';
import { instanceFolder } from '../cli/paths.ts';

/**
 * Every place that an instance has ever had data in, which its secrets open: a later start may choose another, and
 * `npm run reset` must neither forget one nor throw away the key to what it cannot delete.
 */
export interface DataPlace {
  mode: InfraMode;
  /** `host:port/database` of servers that are not ours. */
  where?: string;
}

export const placesFile = 'dados.json';
const file = (instance: string): string => join(instanceFolder(instance), placesFile);

export function dataPlaces(instance: string): DataPlace[] {
  try {
    return JSON.parse(readFileSync(file(instance), 'utf8')) as DataPlace[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** @param env in which the user may have named servers */
export function rememberData(instance: string, mode: InfraMode, env: NodeJS.ProcessEnv = {}): void {
  const place: DataPlace = mode === 'external' ? { mode, where: hostOf(env['POSTGRES_URL'] ?? '') } : { mode };
  const known = dataPlaces(instance);
  if (known.some((other) => other.mode === place.mode && other.where === place.where)) return;
  write(instance, [...known, place]);
}

/** After a reset only what is on other people's servers is left. */
export function forgetOwnPlaces(instance: string): void {
  write(
    instance,
    dataPlaces(instance).filter(({ mode }) => mode === 'external'),
  );
}

function write(instance: string, places: DataPlace[]): void {
  mkdirSync(instanceFolder(instance), { recursive: true });
  writeFileSync(`${file(instance)}.novo`, JSON.stringify(places));
  renameSync(`${file(instance)}.novo`, file(instance));
}

/** Where a server is, without who enters. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? '';
}
