import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../cli/build.ts';
import { root } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';

export const environments = ['local', 'staging', 'producao'] as const;
export type Environment = (typeof environments)[number];

const chart = 'infra/k8s/plataforma';
/** Since it has `preStop.sleep`, and is supported; schemas and templates are of this one. */
export const kubernetesVersion = '1.32';

export const renderedFile = (environment: Environment): string => `infra/k8s/renderizado/${environment}.yaml`;

/** Of all that the manifests are made from: by it one sees without Helm that they are not of this chart. */
export function sourceMark(): string {
  const hash = createHash('sha256');
  const files = globSync(['infra/k8s/values-*.yaml', `${chart}/**/*.{yaml,tpl,json}`], { cwd: root }).sort();
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

export const firstLine = (mark: string): string =>
  `# Gerado do chart (npm run infra:conferir -- --renderizar): ${mark}\n`;

/** @throws UserError with what Helm says */
export async function render(helm: string, environment: Environment): Promise<string> {
  const values = ['--values', `infra/k8s/values-${environment}.yaml`];
  const { code, output } = await runQuietly(helm, [
    ...['template', 'plataforma', chart, '--namespace', 'plataforma'],
    ...['--kube-version', `${kubernetesVersion}.0`, ...values],
  ]);
  if (code !== 0) throw new UserError(`O Helm recusa o chart (${environment}):\n${output}`);
  return `${firstLine(sourceMark())}${output}\n`;
}

export async function writeRendered(helm: string): Promise<void> {
  for (const environment of environments)
    writeFileSync(join(root, renderedFile(environment)), await render(helm, environment));
}
