import { check } from 'k6';
import http from 'k6/http';
import { Counter } from 'k6/metrics';
import {
  constante,
  type Espaco,
  espacos,
  horarioLivre,
  lido,
  limites,
  pausa,
  pedir,
  type Pessoa,
  pessoas,
  reservar,
  umDe,
} from './comum.ts';

const confirmadas = new Counter('reservas_confirmadas');

export const options = {
  scenarios: { jornada: constante(1) },
  thresholds: { ...limites, reservas_confirmadas: ['count>0'] },
};

interface Dados {
  readonly gente: Pessoa[];
  readonly salas: Espaco[];
  readonly chavePublicavel: string;
  readonly apiBase: string;
}

/** @throws Error unless the platform uses its emulator: nobody pays here by a card */
export async function setup(): Promise<Dados> {
  const { pagamento } = lido<{ pagamento: { apiBase: string | null; chavePublicavel: string | null } }>(
    await pedir('GET', '/v1/configuracao', { nome: 'configuração', esperados: [200] }),
  );
  const { apiBase, chavePublicavel } = pagamento;
  if (apiBase === null || chavePublicavel === null)
    throw new Error('a jornada paga no emulador, e esta plataforma não o usa');
  return { gente: await pessoas(20), salas: await espacos(), apiBase, chavePublicavel };
}

interface Vista {
  readonly reserva: { readonly status: string };
  readonly pagamento: {
    readonly provedor: { readonly clientSecret: string | null; readonly paymentIntentId: string } | null;
  } | null;
}

/** Looks at the booking until it is as one waits for, for 15 s at most. */
async function ate(pessoa: Pessoa, id: string, como: (vista: Vista) => boolean): Promise<Vista | undefined> {
  for (let vez = 0; vez < 30; vez++) {
    const resposta = await pedir('GET', `/v1/reservas/${id}`, { nome: 'ver reserva', pessoa, esperados: [200] });
    if (resposta.status === 200) {
      const vista = lido<Vista>(resposta);
      if (como(vista)) return vista;
    }
    await pausa(0.5);
  }
  return undefined;
}

/** From the search to the confirmation, paid at the provider as a browser pays. */
export default async function jornada({ gente, salas, apiBase, chavePublicavel }: Dados): Promise<void> {
  const horario = await horarioLivre(umDe(salas));
  if (!horario) return;
  const pessoa = umDe(gente);
  const id = await reservar(pessoa, horario);
  if (id === undefined) return;
  const vista = await ate(pessoa, id, ({ pagamento }) => Boolean(pagamento?.provedor?.clientSecret));
  const provedor = vista?.pagamento?.provedor;
  if (!check(provedor, { 'cobrança aberta': (aberta) => Boolean(aberta?.clientSecret) }) || !provedor) return;
  const pago = await http.asyncRequest(
    'POST',
    `${apiBase}/v1/payment_intents/${provedor.paymentIntentId}/confirm`,
    {
      payment_method: 'pm_card_visa',
      client_secret: provedor.clientSecret ?? '',
      return_url: 'http://127.0.0.1/volta',
    },
    { headers: { authorization: `Bearer ${chavePublicavel}` }, tags: { name: 'pagar' } },
  );
  check(pago, { 'pagamento aceito': ({ status }) => status === 200 });
  const fim = await ate(pessoa, id, ({ reserva }) => reserva.status !== 'PENDENTE_PAGAMENTO');
  if (check(fim, { 'reserva confirmada': (vista) => vista?.reserva.status === 'CONFIRMADA' })) confirmadas.add(1);
}
