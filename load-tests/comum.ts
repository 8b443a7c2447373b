import { check } from 'k6';
import http, { type RefinedParams, type RefinedResponse } from 'k6/http';
import { setTimeout } from 'k6/timers';

/** Where the site is, requests begun per second at most, and for how many minutes. */
export const base = __ENV['BASE_URL'] ?? 'http://127.0.0.1:3101';
export const minutos = Number(__ENV['MINUTOS'] ?? 1);
export const taxa = (usual: number): number => Number(__ENV['TAXA'] ?? usual);

/** What the plan asks of the platform: 95 % of the answers within 500 ms, less than 1 % of failures. */
export const limites = {
  http_req_duration: ['p(95)<500'],
  http_req_failed: ['rate<0.01'],
  checks: ['rate>0.99'],
};

/** So many begun per second, whatever the answers take: who waits for an answer before asking again hides what is slow. */
export const constante = (usual: number, vezes = 1) => ({
  executor: 'constant-arrival-rate' as const,
  rate: taxa(usual) * vezes,
  timeUnit: '1s',
  duration: `${Math.round(minutos * 60)}s`,
  preAllocatedVUs: 20,
  maxVUs: 200,
});

export interface Pessoa {
  readonly token: string;
}

const json = { 'content-type': 'application/json' };
let pedidos = 0;
/** Of nobody else: by process, and by moment. */
const chave = (): string =>
  `carga-${__VU}-${Date.now().toString(36)}-${(pedidos++).toString(36)}-${Math.random().toString(36).slice(2)}`;

/**
 * One request, under a name that its figures are kept by.
 *
 * @param esperados statuses that are no failure
 */
export function pedir(
  metodo: 'GET' | 'POST',
  rota: string,
  { nome, corpo, pessoa, esperados }: { nome: string; corpo?: unknown; pessoa?: Pessoa; esperados: number[] },
): Promise<RefinedResponse<'text'>> {
  const params: RefinedParams<'text'> = {
    headers: {
      ...(corpo === undefined ? {} : json),
      ...(metodo === 'POST' && { 'idempotency-key': chave() }),
      ...(pessoa && { authorization: `Bearer ${pessoa.token}` }),
    },
    tags: { name: nome },
    responseType: 'text',
    responseCallback: http.expectedStatuses(...esperados),
    timeout: '30s',
  };
  return http.asyncRequest(metodo, `${base}${rota}`, corpo === undefined ? null : JSON.stringify(corpo), params);
}

export const lido = <T>(resposta: RefinedResponse<'text'>): T => JSON.parse(resposta.body) as T;

/** So many new accounts, logged in. */
export async function pessoas(quantas: number): Promise<Pessoa[]> {
  const todas: Pessoa[] = [];
  for (let n = 0; n < quantas; n++) {
    const email = `${chave()}@carga.local`;
    const senha = `carga ${chave()}`;
    const corpo = { nome: `Carga ${n}`, email, senha, idioma: 'pt-BR' };
    await pedir('POST', '/v1/usuarios', { nome: 'registro', corpo, esperados: [201, 202] });
    const resposta = await pedir('POST', '/v1/sessoes', {
      nome: 'login',
      corpo: { email, senha },
      esperados: [200, 201],
    });
    todas.push({ token: lido<{ tokenAcesso: string }>(resposta).tokenAcesso });
  }
  return todas;
}

export interface Espaco {
  readonly id: string;
  readonly nome: string;
}

/** Spaces of the catalogue that anybody books by the hour. */
export async function espacos(): Promise<Espaco[]> {
  const resposta = await pedir('GET', '/v1/espacos?limite=50&tipo=SALA', { nome: 'catálogo', esperados: [200] });
  return lido<{ itens: Espaco[] }>(resposta).itens;
}

export const umDe = <T>(valores: readonly T[]): T => {
  const valor = valores[Math.floor(Math.random() * valores.length)];
  if (valor === undefined) throw new Error('não há de que escolher');
  return valor;
};

export interface Horario {
  readonly espacoId: string;
  readonly inicio: string;
  readonly fim: string;
}

const DIA_MS = 86_400_000;

/** A free hour of the next weeks; undefined when the days that were looked at have none. */
export async function horarioLivre(espaco: Espaco): Promise<Horario | undefined> {
  const de = Date.now() + (3 + Math.floor(Math.random() * 60)) * DIA_MS;
  const consulta = `de=${new Date(de).toISOString()}&ate=${new Date(de + 2 * DIA_MS).toISOString()}&duracaoMinutos=60`;
  const resposta = await pedir('GET', `/v1/espacos/${espaco.id}/disponibilidade?${consulta}`, {
    nome: 'disponibilidade',
    esperados: [200],
  });
  if (!check(resposta, { 'disponibilidade respondida': ({ status }) => status === 200 })) return undefined;
  const { inicios } = lido<{ inicios: string[] }>(resposta);
  if (inicios.length === 0) return undefined;
  const inicio = umDe(inicios);
  return { espacoId: espaco.id, inicio, fim: new Date(Date.parse(inicio) + 3_600_000).toISOString() };
}

/** Books it; undefined when somebody was faster. */
export async function reservar(pessoa: Pessoa, corpo: Horario): Promise<string | undefined> {
  const resposta = await pedir('POST', '/v1/reservas', { nome: 'reservar', corpo, pessoa, esperados: [201, 409] });
  check(resposta, { 'reserva feita, ou tomada por outro': ({ status }) => status === 201 || status === 409 });
  return resposta.status === 201 ? lido<{ id: string }>(resposta).id : undefined;
}

export async function cancelar(pessoa: Pessoa, id: string): Promise<void> {
  const resposta = await pedir('POST', `/v1/reservas/${id}/cancelamento`, {
    nome: 'cancelar',
    corpo: {},
    pessoa,
    esperados: [200, 202],
  });
  check(resposta, { 'reserva cancelada': ({ status }) => status === 200 || status === 202 });
}

export const pausa = (segundos: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, segundos * 1_000);
  });
