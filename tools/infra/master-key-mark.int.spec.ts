import { describe, expect, it } from '@jest/globals';
import { testServers } from '@plataforma/testing';
import { instanceFolder } from '../cli/paths.ts';
import { requireOwnDatabases } from './master-key-mark.ts';
import { completeSecrets, loadSecrets } from './secrets.ts';

describe('Databases that bear the mark of a master key', () => {
  it('are taken by the installation that has it', async () => {
    const { authChaveMestra } = loadSecrets(instanceFolder(process.env['TEST_INSTANCE'] ?? ''));
    await requireOwnDatabases(testServers.postgres(), authChaveMestra, 'dev');
  });

  it('are refused to one that has not, which is told what to bring along', async () => {
    const { authChaveMestra } = completeSecrets({});
    await expect(requireOwnDatabases(testServers.postgres(), authChaveMestra, 'outra')).rejects.toThrow(
      /de outra instalação.*segredos\.json.*\.data\/outra\//,
    );
  });
});
