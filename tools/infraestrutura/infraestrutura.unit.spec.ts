import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { apps } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { imagedApps } from '../cli/commands.mjs';
import { billOfMaterials } from './sbom.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const workflows = globSync('.github/workflows/*.yml', { cwd: root });

describe('os fluxos do GitHub', () => {
  it('constroem a imagem de cada aplicação, da sua pasta', () => {
    const { jobs } = parse(read('.github/workflows/imagens.yml')) as {
      jobs: { imagem: { strategy: { matrix: { app: { nome: string; pasta: string }[] } } } };
    };
    const built = jobs.imagem.strategy.matrix.app.map(({ nome, pasta }) => [nome, pasta]).sort();
    expect(built).toEqual(apps.map(({ name, folder }) => [name, folder]).sort());
    expect([...imagedApps].sort()).toEqual(apps.map(({ name }) => name).sort());
  });

  it.each(workflows)('%s usa ações por resumo, e pede o mínimo', (path) => {
    const text = read(path);
    // Of our own there is but the version that calls it.
    for (const [, reference] of text.matchAll(/uses: (\S+)/g))
      expect(reference).toMatch(/@[0-9a-f]{40}$|^\.\/\.github\/workflows\/[a-z-]+\.yml$/);
    expect((parse(text) as { permissions: unknown }).permissions).toEqual({ contents: 'read' });
  });
});

describe('implantar', () => {
  interface Step {
    id?: string;
    name?: string;
    if?: string;
    run?: string;
  }
  const jobsOf = (name: string) =>
    (parse(read(`.github/workflows/${name}.yml`)) as { jobs: Record<string, { needs?: string; steps?: Step[] }> }).jobs;

  it('passa por staging antes de producao', () => {
    expect(jobsOf('implantar')['producao']?.needs).toBe('staging');
  });

  it('confere antes de tocar em algo, espera a versão nova antes de a provar, e volta ao que estava no ar', () => {
    const steps = jobsOf('implantar-em')['implantar']?.steps ?? [];
    const at = (text: string) => steps.findIndex(({ name, run }) => `${name} ${run}`.includes(text));
    const order = ['cosign verify', 'helm history', 'helm upgrade', 'kubectl get rollouts', 'Fumaça', 'helm rollback'];
    expect(order.map(at)).toEqual(order.map(at).toSorted((a, b) => a - b));
    expect(at('cosign verify')).toBeGreaterThan(0);
    const back = steps[at('helm rollback')];
    // Also when it is the wait that fails; and what Helm itself undid is not undone twice.
    expect(back?.if).toContain("steps.implantar.outcome == 'success'");
    expect(back?.if).toContain('failure()');
  });
});

describe('o SBOM', () => {
  const lock = (packages: Record<string, object>): string =>
    JSON.stringify({ name: 'x', version: '1.0.0', packages: { '': {}, ...packages } });
  const purls = (text: string): string[] =>
    (JSON.parse(billOfMaterials(text)) as { components: { purl: string }[] }).components.map(({ purl }) => purl);

  it('traz o que a produção instala, também o que só um workspace pede, e nada de desenvolvimento', () => {
    expect(
      purls(
        lock({
          'libs/a': { version: '1.0.0' },
          'node_modules/@x/a': { link: true },
          'node_modules/@x/b': { version: '2.0.0', integrity: 'sha512-AAAA', license: 'MIT' },
          'libs/a/node_modules/c': { version: '3.0.0' },
          'node_modules/jest': { version: '9.0.0', dev: true },
        }),
      ),
    ).toEqual(['pkg:npm/%40x/b@2.0.0', 'pkg:npm/c@3.0.0']);
  });

  it('é o mesmo do mesmo package-lock.json', () => {
    const own = read('package-lock.json');
    expect(billOfMaterials(own)).toBe(billOfMaterials(own));
    expect(purls(own).length).toBeGreaterThan(300);
  });
});
