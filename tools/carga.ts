import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { judge, type Metric, metrics, Rate, Trend } from './carga/figures.ts';
import { run, type Scenario } from './carga/scenario.ts';
import { runQuietly } from './cli/build.ts';
import { command, text } from './cli/command.ts';
import { root } from './cli/paths.ts';
import { requireRunningPlatform } from './platform/state.ts';

/** A profile of `load-tests/`, as k6 sees it. */
interface Profile {
  readonly options: {
    readonly scenarios: Readonly<Record<string, Scenario>>;
    readonly thresholds: Readonly<Record<string, readonly string[]>>;
  };
  readonly setup?: () => Promise<unknown>;
  readonly default: (data: unknown) => Promise<void>;
}

const adapter = pathToFileURL(join(root, 'tools/carga/k6.ts')).href;

await command('carga', async ({ operands: [name = ''], values, instance }) => {
  const state = requireRunningPlatform(instance);
  const environment: Record<string, string> = { BASE_URL: state.apps['bff-web'] ?? '' };
  const minutes = text(values.minutos);
  const rate = text(values.taxa);
  if (minutes !== undefined) environment['MINUTOS'] = minutes;
  if (rate !== undefined) environment['TAXA'] = rate;
  Object.assign(globalThis, { __ENV: environment, __VU: 0 });
  registerHooks({
    resolve: (specifier, context, next) =>
      /^k6(?:\/|$)/.test(specifier) ? { url: adapter, shortCircuit: true } : next(specifier, context),
  });
  const profile = (await import(pathToFileURL(join(root, `load-tests/${name}.ts`)).href)) as Profile;

  const began = performance.now();
  let errors = 0;
  const data = await profile.setup?.();
  const { scenarios, thresholds } = profile.options;
  // What the preparation asked is not what is measured.
  metrics.restart();
  for (const scenario of Object.values(scenarios))
    await run(scenario, async (vu) => {
      Object.assign(globalThis, { __VU: vu });
      await profile.default(data).catch((error: unknown) => {
        errors += 1;
        if (errors <= 3) console.error(error);
      });
    });
  const judged = Object.entries(thresholds).flatMap(([metric, limits]) => limits.map((limit) => judge(metric, limit)));
  for (const [metric, figures] of metrics.all()) console.log(`  ${metric.padEnd(52)} ${shown(figures)}`);
  for (const { threshold, value, holds } of judged)
    console.log(`${holds ? '✔' : '✖'} ${threshold}  (${Math.round(value * 1_000) / 1_000})`);
  if (errors > 0) console.log(`✖ ${errors} repetições terminaram com um erro`);
  console.log(`\n${name} em ${((performance.now() - began) / 1_000).toFixed(0)} s; as promessas:`);
  const args = [join(root, 'tools/invariants.ts'), '--instance', state.instance, '--timeout', '180'];
  const { code, output } = await runQuietly(process.execPath, args);
  console.log(output);
  return code === 0 && errors === 0 && judged.every(({ holds }) => holds) ? 0 : 1;
});

function shown(figures: Metric): string {
  if (figures instanceof Trend)
    return `${figures.count}; p50 ${figures.percentile(0.5).toFixed(0)} ms, p95 ${figures.percentile(0.95).toFixed(0)} ms, p99 ${figures.percentile(0.99).toFixed(0)} ms`;
  if (figures instanceof Rate) return `${(figures.rate * 100).toFixed(2)} % de ${figures.total}`;
  return String(figures.count);
}
