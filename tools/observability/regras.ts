import { stringify } from 'yaml';
import { type Alerta, alertas, type Series } from './alertas.ts';
import { type Ensaio, ensaios, type SemEnsaio } from './ensaios.ts';
import { janelas, objetivos, queimas, razaoDe } from './objetivos.ts';

const yaml = (document: unknown): string =>
  `# Gerado por npm run generate de tools/observability; não se edita aqui.\n${stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })}`;

const runbookOf = (nome: string): string => `docs/runbooks/alertas/${nome}.md`;
const annotations = ({ nome, resumo, painel }: Pick<Alerta, 'nome' | 'resumo' | 'painel'>) => ({
  resumo,
  runbook: runbookOf(nome),
  painel: `/d/${painel}`,
});

const SLO = {
  SloQueimaRapida: 'Um objetivo gasta a sua folga do mês em dias: as pessoas o notam agora',
  SloQueimaLenta: 'Um objetivo gasta a sua folga do mês antes do fim dele',
} as const;
/** With what a burn is told: never twice as the same alert, whichever window shows it. */
const burning = ({ vezes, longa, curta }: (typeof queimas)[number]): string =>
  objetivos
    .map(
      ({ nome, meta }) =>
        `(${razaoDe(longa)}{slo="${nome}"} > ${limit(vezes, meta)} and ${razaoDe(curta)}{slo="${nome}"} > ${limit(vezes, meta)})`,
    )
    .join('\n  or ');
const limit = (vezes: number, meta: number): string => (vezes * (1 - meta)).toPrecision(4);

/** The rules as Prometheus reads them. */
export const rules = {
  groups: [
    {
      name: 'objetivos',
      rules: objetivos.flatMap(({ nome, ruins, todos }) =>
        janelas.map((janela) => ({
          record: razaoDe(janela),
          expr: `${ruins} / ${todos}`.replaceAll('$janela', janela),
          labels: { slo: nome },
        })),
      ),
    },
    {
      name: 'alertas',
      rules: alertas.map(({ nome, severidade, expr, por, ...alerta }) => ({
        alert: nome,
        expr,
        for: por,
        labels: { severidade },
        annotations: annotations({ nome, ...alerta }),
      })),
    },
    {
      name: 'folgas',
      rules: queimas.map((queima) => ({
        alert: queima.alerta,
        expr: burning(queima),
        for: queima.por,
        labels: { severidade: queima.severidade, janela: queima.longa },
        annotations: annotations({ nome: queima.alerta, resumo: SLO[queima.alerta], painel: 'slos' }),
      })),
    },
  ],
};

const series = (given: Series) => Object.entries(given).map(([serie, values]) => ({ series: serie, values }));

const proofsOf = (alerta: Alerta) => {
  const { nome, severidade, prova } = alerta;
  const proof = (input: Series, fires: boolean) => ({
    name: `${nome} ${fires ? 'dispara' : 'não dispara'}`,
    interval: '1m',
    input_series: series(input),
    alert_rule_test: [
      {
        alertname: nome,
        eval_time: `${prova.em}m`,
        exp_alerts: fires
          ? [{ exp_labels: { severidade, ...prova.rotulos }, exp_annotations: annotations(alerta) }]
          : [],
      },
    ],
  });
  return [proof(prova.com, true), proof(prova.sem, false)];
};

const searches = (status: string) =>
  `http_request_duration_seconds_count{service="bff-web",method="GET",route="/v1/espacos",status_code="${status}"}`;
/** Of a hundred searches a minute, one or ten are answered by an error of ours. */
const burns = (errors: number, eval_time: string, fires: keyof typeof SLO | undefined, janela = '1h') => ({
  name: `${errors} % de erros em ${eval_time}: ${fires ?? 'nada'}`,
  interval: '1m',
  input_series: series({
    [searches('200')]: `0+${100 - errors}x40`,
    [searches('503')]: `0+${errors}x40`,
  }),
  alert_rule_test: (Object.keys(SLO) as (keyof typeof SLO)[])
    .filter((alertname) => fires === undefined || alertname === fires)
    .map((alertname) => ({
      alertname,
      eval_time,
      exp_alerts:
        fires === undefined
          ? []
          : [
              {
                exp_labels: {
                  slo: 'busca-disponivel',
                  severidade: fires === 'SloQueimaRapida' ? 'pagina' : 'aviso',
                  janela,
                },
                exp_annotations: annotations({ nome: fires, resumo: SLO[fires], painel: 'slos' }),
              },
            ],
    })),
});

/** What promtool proves of them: each alert fires with what it is for, and not with what is nearly that. */
const proofs = {
  rule_files: ['regras.yml'],
  evaluation_interval: '1m',
  tests: [...alertas.flatMap(proofsOf), burns(2, '10m', 'SloQueimaRapida'), burns(0.05, '30m', undefined)],
};

/** Only what has to be told wakes somebody, once; what follows from a process that is down is not told beside it. */
export const alertmanager = {
  route: {
    receiver: 'avisos',
    group_by: ['alertname', 'service', 'slo'],
    group_wait: '30s',
    group_interval: '5m',
    repeat_interval: '4h',
    routes: [{ receiver: 'pagina', matchers: ['severidade="pagina"'], group_wait: '10s', repeat_interval: '1h' }],
  },
  inhibit_rules: [
    {
      source_matchers: ['alertname="ProcessoFora"'],
      target_matchers: ['severidade="aviso"'],
      equal: ['service'],
    },
    {
      source_matchers: ['alertname="SloQueimaRapida"'],
      target_matchers: ['alertname="SloQueimaLenta"'],
      equal: ['slo'],
    },
  ],
  receivers: ['pagina', 'avisos'].map((name) => ({
    name,
    // Whoever has no e-mail, Slack or PagerDuty hears it here: this address is to be replaced by theirs.
    webhook_configs: [{ url: `http://127.0.0.1:9099/${name}`, send_resolved: true }],
  })),
};

const lista = (passos: readonly string[]): string => passos.map((passo) => `- ${passo}`).join('\n');

const runbook = ({
  nome,
  severidade,
  resumo,
  painel,
  expr,
  por,
  runbook: mais,
  notado,
  olhar,
  fazer,
  fim,
}: Alerta) => `# ${nome}

${resumo}. ${severidade === 'pagina' ? 'Acorda alguém: as pessoas notam.' : 'Pode esperar a manhã: é uma causa.'} Gerado por \`npm run generate\` de [alertas.ts](../../../tools/observability/alertas.ts).

Dispara quando isto vale por ${por === '0m' ? 'um instante' : por}:

\`\`\`promql
${expr}
\`\`\`

## O que as pessoas notam

${notado}

## O que olhar

- O painel \`${painel}\` (Grafana, \`/d/${painel}\`), na hora em que começou.
${lista(olhar)}

## O que fazer

${lista(fazer)}${mais ? `\n- Passo a passo: [${mais.replace('.md', '')}](../${mais}).` : ''}

## Quando acabou

${fim}

## Ensaiar

${ensaio(nome)}
`;

/** How it is rehearsed; told with the alert, so that it is tried before the night that it is about. */
function ensaio(nome: string): string {
  const found: Ensaio | SemEnsaio | undefined = ensaios[nome];
  if (!found) throw new Error(`${nome} não tem ensaio, nem razão para não ter`);
  return 'porque' in found
    ? `Não se ensaia: ${found.porque}.`
    : `\`npm run ensaio -- ${nome}\`, numa plataforma em que não haja ninguém: ${found.como}.`;
}

const sloBook = (nome: keyof typeof SLO): string => `# ${nome}

${SLO[nome]}. ${nome === 'SloQueimaRapida' ? 'Acorda alguém.' : 'Pode esperar a manhã.'} Gerado por \`npm run generate\` de [objetivos.ts](../../../tools/observability/objetivos.ts).

O rótulo \`slo\` diz qual; a folga é de 30 dias, e cada janela só acusa se a curta a confirma:

| vezes a folga | janela longa | confirma | por |
| --- | --- | --- | --- |
${queimas
  .filter(({ alerta }) => alerta === nome)
  .map(({ vezes, longa, curta, por }) => `| ${vezes} | ${longa} | ${curta} | ${por} |`)
  .join('\n')}

## O que as pessoas notam

| slo | o que se promete | de quantos |
| --- | --- | --- |
${objetivos.map(({ nome: slo, promessa, meta }) => `| \`${slo}\` | ${promessa} | ${(meta * 100).toLocaleString('pt-BR')} % |`).join('\n')}

## O que olhar

- O painel \`slos\` (Grafana, \`/d/slos\`): que objetivo, desde quando, e quanto resta.
- Os exemplos da latência (os losangos): cada um abre o rastro de um pedido lento, e nele \`reserva.id\`. Erros e lentos são guardados sempre.
- Os outros alertas: quase sempre a causa já está entre eles.

## O que fazer

- Um erro só de uma versão nova: volte à anterior ([atualizar a versão](../atualizar-a-versao.md)).
- Lento sem erro: o rastro diz quem demora, o banco, o Redis ou outro serviço; o runbook dele segue daí.

## Quando acabou

A janela curta volta a menos do limite; a longa ainda o lembra por um tempo, sem alerta.

## Ensaiar

${ensaio(nome)}
`;

/** Every file of the rules by its path from the root. */
export function ruleFiles(): [string, string][] {
  const folder = 'infra/observability/prometheus';
  return [
    [`${folder}/regras.yml`, yaml(rules)],
    [`${folder}/regras.test.yml`, yaml(proofs)],
    ['infra/observability/alertmanager/alertmanager.yml', yaml(alertmanager)],
    ...alertas.map((alerta): [string, string] => [runbookOf(alerta.nome), runbook(alerta)]),
    ...(Object.keys(SLO) as (keyof typeof SLO)[]).map((nome): [string, string] => [runbookOf(nome), sloBook(nome)]),
  ];
}
