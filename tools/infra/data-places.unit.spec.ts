import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { instanceFolder } from '../cli/paths.ts';
import { dataPlaces, rememberData } from './data-places.ts';
import { loadSecrets, secretsFile } from './secrets.ts';
import { deleteInstanceData } from './servers.ts';

const instance = `lugares-${process.pid}`;
const inside = (name: string): string => join(instanceFolder(instance), name);
const external = { POSTGRES_URL: 'postgres://admin:s3gr3d0@db.exemplo:6000/postgres' };
const { PATH } = process.env;

describe('O que sobrevive a um reset', () => {
  let masterKey: string;
  beforeEach(() => {
    masterKey = loadSecrets(instanceFolder(instance)).authChaveMestra;
    mkdirSync(inside('logs'));
    writeFileSync(inside('estado.json'), '{}');
  });
  afterEach(() => {
    process.env['PATH'] = PATH;
    rmSync(instanceFolder(instance), { recursive: true, force: true });
  });

  it('é nada onde todos os dados eram nossos', async () => {
    rememberData(instance, 'native');
    expect(await deleteInstanceData(instance, 0)).toEqual([]);
    expect(existsSync(instanceFolder(instance))).toBe(false);
  });

  it('é a chave de bancos nos servidores de outrem, com onde estão e nunca como se entra', async () => {
    rememberData(instance, 'external', external);
    expect(await deleteInstanceData(instance, 0)).toEqual(['db.exemplo:6000']);
    expect(loadSecrets(instanceFolder(instance)).authChaveMestra).toBe(masterKey);
    expect(existsSync(inside('logs'))).toBe(false);
    expect(existsSync(inside('estado.json'))).toBe(false);
    expect(readFileSync(inside('dados.json'), 'utf8')).not.toContain('s3gr3d0');
  });

  it('é a mesma chave depois de outro começo noutro modo, e depois de um segundo reset', async () => {
    rememberData(instance, 'external', external);
    rememberData(instance, 'native');
    rememberData(instance, 'native');
    expect(dataPlaces(instance)).toHaveLength(2);
    await deleteInstanceData(instance, 0);
    expect(await deleteInstanceData(instance, 0)).toEqual(['db.exemplo:6000']);
    expect(existsSync(inside(secretsFile))).toBe(true);
  });

  it('é tudo enquanto os volumes no Docker não podem ser apagados', async () => {
    rememberData(instance, 'docker');
    process.env['PATH'] = '';
    await expect(deleteInstanceData(instance, 0)).rejects.toThrow('nada foi apagado');
    expect(existsSync(inside(secretsFile))).toBe(true);
    expect(existsSync(inside('logs'))).toBe(true);
  });
});
