import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { apps } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { databases } from '../infra/secrets.ts';
import { readCatalog } from '../platform/catalog.ts';
import { applicationsFile, applicationsDocument, readApplications } from './applications.ts';
import { environments, firstLine, renderedFile, sourceMark } from './rendered.ts';

interface Probe {
  httpGet: { path: string };
}
interface Container {
  name: string;
  image: string;
  args?: string[];
  env: { name: string; value: string }[];
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  securityContext: Record<string, unknown>;
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
}
interface PodSpec {
  automountServiceAccountToken: boolean;
  serviceAccountName: string;
  terminationGracePeriodSeconds?: number;
  securityContext: Record<string, unknown>;
  containers: Container[];
}
interface Manifest {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  spec: { template?: { spec: PodSpec } } & Record<string, unknown>;
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifestsOf = (environment: (typeof environments)[number]): Manifest[] =>
  parseAllDocuments(read(renderedFile(environment))).flatMap((document) => (document.toJS() as Manifest | null) ?? []);
const chart = readApplications();
const real = apps.filter(({ kind }) => kind === 'service' || kind === 'bff');

describe.each(environments)('os manifestos de %s', (environment) => {
  const manifests = manifestsOf(environment);
  const of = (kind: string): Manifest[] => manifests.filter((manifest) => manifest.kind === kind);
  const workloads = [...of('Deployment'), ...of('Rollout')];
  const pods = [...workloads, ...of('Job')].flatMap(({ spec }) => spec.template?.spec ?? []);

  it('são os do chart que está ao lado', () => {
    expect(read(renderedFile(environment)).split('\n')[0]).toBe(firstLine(sourceMark()).trimEnd());
  });

  it('executam cada aplicação, com serviço, conta, escala e limite de interrupção, e nenhuma outra', () => {
    const names = real.map(({ name }) => name).sort();
    const named = (kind: string): string[] =>
      of(kind)
        .map(({ metadata }) => metadata.name)
        .sort();
    expect(workloads.map(({ metadata }) => metadata.name).sort()).toEqual(names);
    expect(named('Service')).toEqual(names);
    expect(named('PodDisruptionBudget')).toEqual(names);
    expect([...named('HorizontalPodAutoscaler'), ...named('ScaledObject')].sort()).toEqual(names);
    expect(named('ServiceAccount')).toEqual(expect.arrayContaining(names));
  });

  it('nada roda como root, escreve nos seus arquivos, tem credenciais do cluster ou cresce sem limite', () => {
    expect(pods.length).toBeGreaterThan(real.length);
    for (const pod of pods) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const { securityContext, resources } of pod.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(Object.keys(resources.limits)).toEqual(expect.arrayContaining(['cpu', 'memory']));
      }
    }
  });

  it('viver não depende de outros, estar pronta sim, e o encerramento cabe no prazo', () => {
    for (const { spec } of workloads) {
      const pod = spec.template?.spec;
      const [container] = pod?.containers ?? [];
      expect(container?.livenessProbe?.httpGet.path).toBe('/health');
      expect(container?.readinessProbe?.httpGet.path).toBe('/health/ready');
      const shutdown = Number(container?.env.find(({ name }) => name === 'SHUTDOWN_TIMEOUT_MS')?.value) / 1_000;
      expect(pod?.terminationGracePeriodSeconds).toBeGreaterThan(shutdown + 5);
    }
  });

  it('todo ajuste existe no catálogo, e segredo nenhum está escrito', () => {
    const catalog = new Map(readCatalog().map((entry) => [entry.name, entry]));
    for (const { metadata, spec } of workloads)
      for (const { name, value } of spec.template?.spec.containers[0]?.env ?? []) {
        const entry = catalog.get(name.replace(/_FILE$/, '')) ?? catalog.get(name);
        expect([name, entry?.apps]).toEqual([name, expect.arrayContaining([metadata.name])]);
        if (entry?.secret) expect(value).toMatch(/^\/var\/run\/segredos\//);
      }
  });

  it('o que tem rastros os manda todos: quem guarda só os que importam é o coletor, que os vê inteiros', () => {
    for (const { spec } of workloads) {
      const env = new Map(spec.template?.spec.containers[0]?.env?.map(({ name, value }) => [name, value]));
      if (env.has('OTEL_EXPORTER_OTLP_ENDPOINT')) expect(env.get('OTEL_TRACES_SAMPLER_ARG')).toBe('1');
    }
  });

  it('cada banco é migrado antes, por um Job que é o único a ter o papel dono', () => {
    const jobs = of('Job');
    expect(jobs.map(({ metadata }) => metadata.name).sort()).toEqual(
      databases.map((name) => `${name}-migracao`).sort(),
    );
    for (const { metadata } of jobs) expect(metadata.annotations?.['helm.sh/hook']).toBe('pre-install,pre-upgrade');
    expect(JSON.stringify(workloads)).not.toContain('DATABASE_MIGRATION_URL');
  });

  it('a rede nega tudo, e abre só as arestas que o catálogo conhece', () => {
    interface Policy {
      podSelector: { matchLabels?: Record<string, string> };
      ingress?: { from: { podSelector?: { matchLabels: Record<string, string> } }[] }[];
    }
    const policies = of('NetworkPolicy').map(({ metadata, spec }) => ({
      name: metadata.name,
      ...(spec as unknown as Policy),
    }));
    expect(policies.find(({ name }) => name === 'nada')).toMatchObject({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
    for (const app of chart) {
      const callers = policies
        .find(({ name }) => name === app.name)
        ?.ingress?.flatMap(({ from }) =>
          from.flatMap(({ podSelector }) => podSelector?.matchLabels['app.kubernetes.io/name'] ?? []),
        );
      expect(callers?.sort()).toEqual(
        [
          ...chart
            .filter(({ name, calls }) => name !== app.name && Object.values(calls).includes(app.name))
            .map(({ name }) => name),
          ...(app.public ? ['kong'] : []),
        ].sort(),
      );
    }
  });
});

interface Peer {
  podSelector?: { matchLabels: Record<string, string> };
  namespaceSelector?: { matchLabels: Record<string, string> };
  ipBlock?: { cidr: string };
}

describe.each(environments)('o Kong em %s', (environment) => {
  const kong = manifestsOf(environment).find(
    ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'kong',
  )?.spec as
    | { ingress: { from: Peer[]; ports: { port: number }[] }[]; egress: { to?: Peer[]; ports: { port: unknown }[] }[] }
    | undefined;

  it('é alcançado por quem está diante dele, na porta dele, e por mais ninguém do espaço de nomes', () => {
    const [traffic] = kong?.ingress ?? [];
    expect(traffic?.ports).toEqual([{ port: 8000, protocol: 'TCP' }]);
    expect(traffic?.from.length).toBeGreaterThan(0);
    expect(kong?.ingress.flatMap(({ from }) => from.filter(({ podSelector }) => podSelector))).toEqual([]);
  });

  it('alcança as aplicações que o público alcança, e só elas', () => {
    const reached = kong?.egress.flatMap(({ to = [] }) =>
      to.flatMap(({ podSelector }) => podSelector?.matchLabels['app.kubernetes.io/name'] ?? []),
    );
    expect(reached?.sort()).toEqual(
      chart
        .filter((app) => app.public)
        .map(({ name }) => name)
        .sort(),
    );
  });
});

describe('o que o chart sabe das aplicações', () => {
  it('é o que o catálogo, o gateway e as filas dizem', async () => {
    const catalog = readCatalog().filter(({ apps: takers }) => takers.length > 0);
    const topology = JSON.parse(read('docs/api/topologia.json')) as { bindings: string[] };
    const [path, text] = await applicationsDocument(catalog, read('infra/kong/kong.yml'), topology);
    expect([path, text]).toEqual([applicationsFile, read(applicationsFile)]);
  });

  it('de fora só se chega ao que o gateway leva, e nunca a reservas', () => {
    const open = chart.filter((app) => app.public).map(({ name }) => name);
    expect(open.sort()).toEqual(['auth', 'bff-admin', 'bff-mobile', 'bff-web', 'notificacoes', 'pagamentos']);
  });
});
