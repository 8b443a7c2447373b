import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../cli/build.ts';
import { root } from '../cli/paths.ts';
import { environments, firstLine, render, renderedFile, sourceMark } from '../kubernetes/rendered.ts';

export interface Result {
  outcome: 'right' | 'wrong' | 'absent';
  message: string;
}

interface Surroundings {
  find: (programs: readonly string[]) => string | undefined;
  toolsFolder: string;
}

interface Run {
  args: string[];
  /** From the root. */
  cwd?: string;
  env?: Record<string, string>;
}

interface Named {
  name: string;
  /** Only with --tudo. */
  long?: true;
}

/** A tool's own verdict, by its exit code; or a judgement of ours. */
export type Check = Named &
  (
    | { programs: readonly string[]; runs: (toolsFolder: string) => Run[] }
    | { judge: (surroundings: Surroundings) => Promise<Result> }
  );

const right: Result = { outcome: 'right', message: '' };
const manifests = environments.map(renderedFile);
const terraformEnvironments = ['staging', 'producao'];

export const checks: Check[] = [
  { name: 'manifestos feitos deste chart', judge: () => Promise.resolve(renderedOfThisChart()) },
  {
    name: 'Dockerfiles (hadolint)',
    programs: ['hadolint'],
    // DL3008: the distribution's own security updates are wanted. DL4006: /bin/sh of Debian has no pipefail.
    runs: () => [
      {
        args: [
          '--failure-threshold',
          'warning',
          '--ignore',
          'DL3008',
          '--ignore',
          'DL4006',
          'Dockerfile',
          'infra/nginx/Dockerfile',
        ],
      },
    ],
  },
  { name: 'fluxos do GitHub (actionlint)', programs: ['actionlint'], runs: () => [{ args: [] }] },
  {
    name: 'fluxos do GitHub (zizmor)',
    programs: ['zizmor'],
    runs: () => [{ args: ['--offline', '--quiet', '--min-severity', 'medium', '.github/workflows'] }],
  },
  {
    name: 'manifestos contra os esquemas (kubeconform)',
    programs: ['kubeconform'],
    runs: (tools) => [
      {
        args: [
          ...['-strict', '-summary', '-ignore-missing-schemas'],
          ...['-schema-location', join(tools, 'esquemas', '{{.ResourceKind}}{{.KindSuffix}}.json')],
          ...['-schema-location', join(tools, 'crds', '{{.ResourceKind}}-{{.Group}}-{{.ResourceAPIVersion}}.json')],
          ...manifests,
        ],
      },
    ],
  },
  { name: 'manifestos como o Helm os faz', judge: renderedByHelm },
  {
    name: 'segredos na história (gitleaks)',
    long: true,
    programs: ['gitleaks'],
    runs: () => [{ args: ['git', '--no-banner', '--redact', '--log-level', 'error', '.'] }],
  },
  {
    name: 'Terraform (fmt, init, validate, test)',
    long: true,
    programs: ['tofu', 'terraform'],
    runs: () => [
      { args: ['fmt', '-check', '-recursive', 'infra/terraform'] },
      ...terraformEnvironments.flatMap((environment) => {
        const cwd = `infra/terraform/environments/${environment}`;
        return [
          { cwd, args: ['init', '-backend=false', '-input=false'] },
          { cwd, args: ['validate', '-no-tests'] },
          { cwd, args: ['test'] },
        ];
      }),
    ],
  },
  {
    name: 'políticas (checkov)',
    long: true,
    programs: ['checkov'],
    runs: () => [
      {
        args: [
          '--config-file',
          'infra/checkov.yaml',
          '--framework',
          'kubernetes',
          '--directory',
          'infra/k8s/renderizado',
        ],
      },
      { args: ['--config-file', 'infra/checkov.yaml', '--framework', 'terraform', '--directory', 'infra/terraform'] },
    ],
  },
];

function renderedOfThisChart(): Result {
  const expected = firstLine(sourceMark());
  const stale = manifests.filter((file) => !readFileSync(join(root, file), 'utf8').startsWith(expected));
  return stale.length === 0
    ? right
    : {
        outcome: 'wrong',
        message: `De outro chart: ${stale.join(', ')}. Rode: npm run infra:conferir -- --renderizar`,
      };
}

async function renderedByHelm({ find }: Surroundings): Promise<Result> {
  const helm = find(['helm']);
  if (helm === undefined) return { outcome: 'absent', message: 'falta helm' };
  const lint = await runQuietly(helm, ['lint', '--quiet', '--strict', 'infra/k8s/plataforma']);
  if (lint.code !== 0) return { outcome: 'wrong', message: lint.output };
  for (const environment of environments)
    if ((await render(helm, environment)) !== readFileSync(join(root, renderedFile(environment)), 'utf8'))
      return {
        outcome: 'wrong',
        message: `${renderedFile(environment)} não é o que o Helm faz. Rode: npm run infra:conferir -- --renderizar`,
      };
  return right;
}
