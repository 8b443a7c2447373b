import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { metricCatalogue, processDefinitions } from '@plataforma/platform';
import { root } from '../cli/paths.ts';
import { metricsOfServers } from '../documents/metrics.ts';
import { alertas } from './alertas.ts';
import { apressada, apressadas, rotasPara } from './ensaio.ts';
import { ensaios } from './ensaios.ts';
import { nomeNoCatalogo, pedidas } from './consultas.ts';
import { janelas, objetivos, queimas, razaoDe } from './objetivos.ts';
import { dashboardFiles, paineis } from './paineis.ts';
import { ruleFiles, rules } from './regras.ts';

const records = janelas.map(razaoDe);
const known = new Set([
  ...metricCatalogue.map(({ name }) => name),
  ...processDefinitions().map(({ name }) => name),
  ...Object.keys(metricsOfServers),
  ...records,
]);
/** What scraping adds to every series, and a histogram or a rule to its own. */
const ADDED = ['service', 'job', 'app', 'instance', 'le', 'slo', 'queue', 'alertstate', 'alertname'];

const questions = [
  ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
  ...paineis.flatMap(({ quadros }) => quadros.flatMap(({ perguntas }) => perguntas.map(([expr]) => expr))),
];

describe('As perguntas de regras e painéis', () => {
  it('são lidas pelo que pedem', () => {
    expect(
      pedidas(
        'sum by (le, a) (rate(x_bucket{b="1",c!~"d"}[5m])) / max(y) > 3 and on (q) z == 0 or label_replace(w, "d", "$1", "e", "(.+)")',
      ),
    ).toEqual([
      { metrica: 'x_bucket', rotulos: ['b', 'c'] },
      { metrica: 'y', rotulos: [] },
      { metrica: 'z', rotulos: [] },
      { metrica: 'w', rotulos: [] },
    ]);
  });

  it.each(questions)('só pedem o que o catálogo tem, pelos rótulos que tem: %s', (expr) => {
    const asked = pedidas(expr);
    expect(asked.length).toBeGreaterThan(0);
    for (const { metrica, rotulos } of asked) {
      const name = nomeNoCatalogo(metrica, (one) => known.has(one));
      expect(known).toContain(name);
      const labels = Object.keys(metricCatalogue.find((one) => one.name === name)?.labels ?? {});
      expect(rotulos.filter((label) => ![...labels, ...ADDED].includes(label))).toEqual([]);
    }
  });

  it('pedem por tudo o que o catálogo tem: o que ninguém olha não se mede', () => {
    const asked = new Set(
      questions.flatMap(pedidas).map(({ metrica }) => nomeNoCatalogo(metrica, (one) => known.has(one))),
    );
    expect(metricCatalogue.map(({ name }) => name).filter((name) => !asked.has(name))).toEqual([]);
  });

  it('um filtro só nomeia valores que o rótulo pode ter', () => {
    for (const expr of questions)
      for (const [, metric = '', filter = ''] of expr.matchAll(/(\w+)\{([^}]*)\}/g)) {
        const labels = metricCatalogue.find(
          (one) => one.name === nomeNoCatalogo(metric, (name) => known.has(name)),
        )?.labels;
        for (const [, label = '', value = ''] of filter.matchAll(/(\w+)="([^"]*)"/g)) {
          const values = labels?.[label]?.values;
          if (values) expect(values).toContain(value);
        }
      }
  });
});

describe('Os alertas', () => {
  it('têm nome próprio, um painel que existe, e um runbook com tudo o que se pergunta de noite', () => {
    expect(new Set(alertas.map(({ nome }) => nome)).size).toBe(alertas.length);
    const files = new Map(ruleFiles());
    for (const { nome, painel, runbook } of alertas) {
      expect(paineis.map(({ uid }) => uid)).toContain(painel);
      const text = files.get(`docs/runbooks/alertas/${nome}.md`) ?? '';
      for (const title of ['O que as pessoas notam', 'O que olhar', 'O que fazer', 'Quando acabou'])
        expect(text).toContain(`## ${title}`);
      if (runbook) expect(existsSync(join(root, 'docs/runbooks', runbook))).toBe(true);
    }
  });

  it('acordam pelo que as pessoas notam; cada objetivo tem as suas duas queimas', () => {
    expect(alertas.filter(({ severidade }) => severidade === 'pagina').length).toBeLessThan(alertas.length / 1.8);
    for (const { nome } of objetivos) {
      const burns = rules.groups
        .flatMap((group): { expr: string }[] => group.rules)
        .filter(({ expr }) => expr.includes(`{slo="${nome}"}`));
      expect(burns).toHaveLength(4);
    }
  });
});

describe('Os ensaios', () => {
  it('há um de cada alerta, ou a razão para não haver, e de nada mais', () => {
    const todos = [...alertas.map(({ nome }) => nome), ...queimas.map(({ alerta }) => alerta)];
    expect(Object.keys(ensaios).toSorted()).toEqual([...new Set(todos)].toSorted());
  });

  it('perguntam o mesmo que as regras publicadas, de menos tempo e sem esperar', () => {
    expect(apressada('sum(rate(a[5m])) > 60 and b[3d] or c[10s]')).toBe('sum(rate(a[20s])) > 60 and b[60s] or c[10s]');
    const sem = (expr: string) => expr.replace(/\[[^\]]+\]/g, '[]');
    const flat = (given: { groups: { rules: { expr: string }[] }[] }) =>
      given.groups.flatMap((group) => group.rules.map(({ expr }) => sem(expr)));
    expect(flat(apressadas(rules))).toEqual(flat(rules));
  });

  it('são contados pelas rotas publicadas a quem ensaia, e a mais ninguém', () => {
    const text = JSON.stringify(rotasPara('http://127.0.0.1:1', true));
    expect(text).toContain('severidade=\\"pagina\\"');
    expect([...text.matchAll(/http:[^"]+/g)].map(([url]) => url)).toEqual([
      'http://127.0.0.1:1/pagina',
      'http://127.0.0.1:1/avisos',
    ]);
  });
});

describe('Os painéis', () => {
  it.each(dashboardFiles())('%s: um uid, ids sem repetição, unidade e fonte em tudo', (path, text) => {
    const { uid, panels } = JSON.parse(text) as {
      uid: string;
      panels: {
        id: number;
        title: string;
        datasource: { uid: string };
        fieldConfig: { defaults: { unit: string } };
        targets: { refId: string; datasource: { uid: string } }[];
      }[];
    };
    expect(path).toContain(`/${uid}.json`);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    for (const { datasource, fieldConfig, targets } of panels) {
      expect(datasource.uid).toBe('prometheus');
      expect(fieldConfig.defaults.unit).not.toBe('');
      expect(targets.every((target) => target.datasource.uid === 'prometheus')).toBe(true);
    }
  });

  it('toda pergunta sobre a duração de algo mostra os rastros dela', () => {
    for (const { quadros } of paineis)
      for (const { perguntas, exemplos, titulo } of quadros)
        if (perguntas.some(([expr]) => expr.includes('histogram_quantile')))
          expect({ titulo, exemplos }).toEqual({ titulo, exemplos: true });
  });

  it('os quatro do plano vêm primeiro', () => {
    expect(paineis[0]?.quadros.slice(0, 4).map(({ titulo }) => titulo)).toEqual([
      'Pedidos por segundo',
      'Latência: 95 em 100 até',
      'Parte dos pedidos com erro nosso',
      'Reservas criadas por hora',
    ]);
  });
});

it('a configuração do Prometheus e a do Grafana falam dos mesmos arquivos', () => {
  const read = (path: string) => readFileSync(join(root, 'infra/observability', path), 'utf8');
  expect(read('prometheus/prometheus.yml')).toContain('regras.yml');
  expect(read('grafana/provisioning/datasources/fontes.yml')).toContain('uid: prometheus');
  expect(read('grafana/provisioning/dashboards/paineis.yml')).toContain('/paineis');
});
