import { describe, expect, it } from '@jest/globals';
import { testServers } from '@plataforma/testing';
import { instanceFolder } from '../cli/paths.ts';
import { requireOwnDatabases } from './master-key-mark.ts';
import { completeSecrets, loadSecrets } from './secrets.ts';

describe('Bancos que trazem a marca de uma chave mestra', () => {
  it('são tomados pela instalação que a tem', async () => {
    const { authChaveMestra } = loadSecrets(instanceFolder(process.env['TEST_INSTANCE'] ?? ''));
    await requireOwnDatabases(testServers.postgres(), authChaveMestra, 'dev');
  });

  it('são recusados a uma que não a tem, que ouve o que trazer', async () => {
    const { authChaveMestra } = completeSecrets({});
    await expect(requireOwnDatabases(testServers.postgres(), authChaveMestra, 'outra')).rejects.toThrow(
      /de outra instalação.*segredos\.json.*\.data\/outra\//,
    );
  });
});
