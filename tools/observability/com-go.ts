import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { UserError } from '../cli/user-error.ts';
import { unpackFolder } from '../infra/native/data-folder.ts';
import { launch, type Servidor } from './servidores.ts';

const run = promisify(execFile);
const MINUTE_MS = 60_000;

/** What Go makes of its module proxy, once; kept beside the unpacked packages. */
const folder = (): string => join(`${unpackFolder()}-observabilidade`, 'go');
const GOES = {
  'victoria-logs': {
    pacote: 'github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs',
    versao: 'v1.52.1',
    prazoMs: 10 * MINUTE_MS,
  },
  jaeger: { pacote: 'github.com/jaegertracing/jaeger/cmd/jaeger', versao: 'v1.76.0', prazoMs: 90 * MINUTE_MS },
} as const;
export type Feito = keyof typeof GOES;

export const jaFeito = (nome: Feito): boolean => existsSync(join(folder(), nome));

/**
 * Compiles a program with the machine's Go. Jaeger takes half an hour and 2 GB: on request only.
 * @throws UserError without Go, or when it cannot
 */
export async function fazer(nome: Feito): Promise<string> {
  const program = join(folder(), nome);
  if (existsSync(program)) return program;
  const { pacote, versao, prazoMs } = GOES[nome];
  const work = join(folder(), 'obra', nome);
  mkdirSync(work, { recursive: true });
  const go = (...args: string[]) =>
    run('go', args, {
      cwd: work,
      timeout: prazoMs,
      env: { ...process.env, CGO_ENABLED: '0' },
      maxBuffer: 64 * 1024 * 1024,
    });
  try {
    // As a tool of a module of ours, since `go install` refuses modules that replace others.
    if (!existsSync(join(work, 'go.mod'))) await go('mod', 'init', 'obra');
    await go('get', '-tool', `${pacote}@${versao}`);
    await go('build', '-trimpath', '-ldflags=-s -w', '-o', program, pacote);
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(
      absent ? 'não há Go nesta máquina' : `o Go não pôde fazer ${nome}: ${(error as Error).message.slice(0, 500)}`,
    );
  }
  return program;
}

export async function startRegistros(data: string, port: number): Promise<Servidor> {
  return launch({
    nome: 'victoria-logs',
    command: await fazer('victoria-logs'),
    args: [
      `-storageDataPath=${join(data, 'registros')}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-retentionPeriod=7d',
      '-retention.maxDiskSpaceUsageBytes=500MB',
      '-memory.allowedBytes=100MB',
    ],
    folder: data,
    url: `http://127.0.0.1:${port}`,
    pronto: '/health',
  });
}

/** What the collector of the Compose file does and this program has: erros e lentos ficam sempre. */
const jaegerConfig = (otlp: number, query: number) => ({
  service: {
    extensions: ['jaeger_storage', 'jaeger_query'],
    pipelines: {
      traces: {
        receivers: ['otlp'],
        processors: ['memory_limiter', 'tail_sampling', 'batch'],
        exporters: ['jaeger_storage_exporter'],
      },
    },
    telemetry: { metrics: { level: 'none' } },
  },
  extensions: {
    jaeger_query: {
      storage: { traces: 'memoria' },
      http: { endpoint: `127.0.0.1:${query}` },
      grpc: { endpoint: `127.0.0.1:${query - 1}` },
    },
    jaeger_storage: { backends: { memoria: { memory: { max_traces: 20_000 } } } },
  },
  receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${otlp}` } } } },
  processors: {
    memory_limiter: { check_interval: '1s', limit_mib: 300 },
    tail_sampling: {
      decision_wait: '10s',
      num_traces: 20_000,
      policies: [
        { name: 'erros', type: 'status_code', status_code: { status_codes: ['ERROR'] } },
        { name: 'lentos', type: 'latency', latency: { threshold_ms: 1_000 } },
        // On one's own machine there is room for all.
        { name: 'o-resto', type: 'probabilistic', probabilistic: { sampling_percentage: 100 } },
      ],
    },
    batch: { timeout: '1s' },
  },
  exporters: { jaeger_storage_exporter: { trace_storage: 'memoria' } },
});

export async function startRastros(data: string, otlp: number, query: number): Promise<Servidor> {
  const command = await fazer('jaeger');
  const config = join(data, 'jaeger.yml');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  writeFileSync(config, stringify(jaegerConfig(otlp, query)));
  return launch({
    nome: 'jaeger',
    command,
    args: ['--config', config],
    // Nor does it tell traces of itself to somebody who is not there.
    env: { OTEL_TRACES_SAMPLER: 'always_off' },
    folder: data,
    url: `http://127.0.0.1:${query}`,
    pronto: '/api/services',
  });
}
