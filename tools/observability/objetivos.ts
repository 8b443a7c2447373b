/** What is promised, and by what it is measured: bad ones and all, as PromQL with `$janela` for the window. */
export interface Objetivo {
  readonly nome: string;
  /** Part of all that must be good. */
  readonly meta: number;
  readonly promessa: string;
  readonly ruins: string;
  readonly todos: string;
}

const rota = (service: string, method: string, route: string) =>
  `service="${service}",method="${method}",route="${route}"`;
const disponivel = (pedidos: string) => ({
  // Of what never failed there is no series: that is none, not unknown.
  ruins: `(sum(rate(http_request_duration_seconds_count{${pedidos},status_code=~"5.."}[$janela])) or vector(0))`,
  todos: `sum(rate(http_request_duration_seconds_count{${pedidos}}[$janela]))`,
});
const rapido = (metrica: string, faixa: string, pedidos = '') => ({
  ruins: `(sum(rate(${metrica}_count{${pedidos}}[$janela])) - sum(rate(${metrica}_bucket{${[pedidos, `le="${faixa}"`].filter(Boolean).join(',')}}[$janela])))`,
  todos: `sum(rate(${metrica}_count{${pedidos}}[$janela]))`,
});
const HTTP = 'http_request_duration_seconds';
const busca = rota('bff-web', 'GET', '/v1/espacos');
const reserva = rota('bff-web', 'POST', '/v1/reservas');
/** People pay at the provider; what is ours of it is to hear that they did. */
const pagamento = rota('pagamentos', 'POST', '/webhooks/stripe');

export const objetivos: readonly Objetivo[] = [
  { nome: 'busca-disponivel', meta: 0.999, promessa: 'a busca responde sem erro nosso', ...disponivel(busca) },
  { nome: 'busca-rapida', meta: 0.99, promessa: 'a busca responde em até 500 ms', ...rapido(HTTP, '0.5', busca) },
  {
    nome: 'reserva-disponivel',
    meta: 0.999,
    promessa: 'reter um horário responde sem erro nosso',
    ...disponivel(reserva),
  },
  { nome: 'reserva-rapida', meta: 0.99, promessa: 'reter um horário leva até 1 s', ...rapido(HTTP, '1', reserva) },
  {
    nome: 'pagamento-disponivel',
    meta: 0.999,
    promessa: 'o que o provedor conta de um pagamento é guardado sem erro nosso',
    ...disponivel(pagamento),
  },
  {
    nome: 'pagamento-rapido',
    meta: 0.99,
    promessa: 'o que o provedor conta de um pagamento é guardado em até 1 s',
    ...rapido(HTTP, '1', pagamento),
  },
  {
    nome: 'confirmacao',
    meta: 0.99,
    promessa: 'do pagamento aprovado à reserva confirmada vão até 5 s',
    ...rapido('reservas_confirmacao_segundos', '5'),
  },
  {
    nome: 'avisos',
    meta: 0.99,
    promessa: 'do fato ao provedor do aviso vão até 60 s',
    ...rapido('notificacoes_evento_ate_entrega_segundos', '60'),
  },
];

/** The budget of 30 days, spent so many times too fast: over a long window, so that it matters, and a short one, so that it is now. */
export const queimas = [
  { alerta: 'SloQueimaRapida', severidade: 'pagina', vezes: 14.4, longa: '1h', curta: '5m', por: '2m' },
  { alerta: 'SloQueimaRapida', severidade: 'pagina', vezes: 6, longa: '6h', curta: '30m', por: '15m' },
  { alerta: 'SloQueimaLenta', severidade: 'aviso', vezes: 3, longa: '1d', curta: '2h', por: '1h' },
  { alerta: 'SloQueimaLenta', severidade: 'aviso', vezes: 1, longa: '3d', curta: '6h', por: '3h' },
] as const;

export const janelas = [...new Set(queimas.flatMap(({ longa, curta }) => [curta, longa]))];
/** How the part that is bad is called, of each window. */
export const razaoDe = (janela: string): string => `slo_erros_razao_${janela}`;
