import { Person, StoryError } from './client.ts';
import type { PlatformState } from '../platform/state.ts';

const GOOD_CARD = 'pm_card_visa';
const DECLINED_CARD = 'pm_card_chargeDeclined';
/** A space of the demonstration data that holds unpaid bookings for a few seconds only. */
const SHORT_HOLD = 'Cabine Relâmpago';

export type Tell = (line: string) => void;
export type Story = (state: PlatformState, tell: Tell) => Promise<void>;

const reais = new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' });
const money = (centavos: number): string => reais.format(centavos / 100);

function expect(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new StoryError(otherwise);
}

const paid: Story = async (state, tell) => {
  const ana = await Person.register(state, 'Ana');
  tell('Ana cria a conta e entra');
  const espaco = await ana.findSpace('Sala Ipê', `&cidade=${encodeURIComponent('São Paulo')}`);
  tell(`Ana procura em São Paulo e escolhe ${espaco.nome}, ${money(espaco.precoHoraCentavos)} a hora`);
  const reserva = await ana.book(await ana.freeSlot(espaco.id, 60));
  tell(
    `reserva ${reserva.status}: o horário é dela até ${reserva.expiraEm.slice(11, 19)} UTC, por ${money(reserva.valorCentavos)}`,
  );
  const { status } = await ana.pay(reserva.id, GOOD_CARD);
  expect(status === 200, `o pagamento respondeu ${status}`);
  tell('Ana paga com um cartão bom, direto no provedor');
  const { pagamento } = await ana.until(reserva.id, 'a reserva confirmada', (d) => d.reserva.status === 'CONFIRMADA');
  expect(pagamento?.status === 'APROVADO', `o pagamento está ${pagamento?.status}`);
  tell('o webhook chega, o pagamento é APROVADO e a reserva, CONFIRMADA');
  const { notificacoes } = await ana.until(reserva.id, 'o e-mail de confirmação', (d) =>
    d.notificacoes.some(({ canal, estado }) => canal === 'EMAIL' && estado === 'ENVIADA'),
  );
  tell(`e-mail registrado: "${notificacoes[0]?.assunto}"`);
};

const declined: Story = async (state, tell) => {
  const bia = await Person.register(state, 'Bia');
  const espaco = await bia.findSpace(SHORT_HOLD);
  const slot = await bia.freeSlot(espaco.id, 30);
  const reserva = await bia.book(slot);
  tell(`Bia reserva a ${espaco.nome}, que só espera alguns segundos pelo pagamento`);
  const { status, body } = await bia.pay(reserva.id, DECLINED_CARD);
  expect(status === 402, `o cartão ruim respondeu ${status}`);
  tell(`o cartão é recusado (${body.error?.decline_code}); ela poderia tentar outro, mas não tenta`);
  const { reserva: fim } = await bia.until(reserva.id, 'o cancelamento', (d) => d.reserva.status === 'CANCELADA');
  expect(fim.motivo === 'PAGAMENTO_RECUSADO', `o motivo é ${fim.motivo}`);
  tell(`o prazo vence: ${fim.status} / ${fim.motivo}`);
  const outra = await bia.book(slot);
  tell(`o mesmo horário pode ser reservado de novo: ${outra.status}`);
};

const late: Story = async (state, tell) => {
  const [caio, davi] = await Promise.all([Person.register(state, 'Caio'), Person.register(state, 'Davi')]);
  const espaco = await caio.findSpace(SHORT_HOLD);
  const slot = await caio.freeSlot(espaco.id, 30);
  const reserva = await caio.book(slot);
  await caio.breakPayment(reserva.id, { tipo: 'webhook_perdido', vezes: null });
  await caio.breakPayment(reserva.id, { tipo: 'latencia', operacao: 'payment_intents.cancel', ms: 4_000 });
  tell('Caio reserva; no provedor, os webhooks dele se perderão e o encerramento da cobrança vai demorar');
  const { status } = await caio.pay(reserva.id, GOOD_CARD);
  expect(status === 200, `o pagamento respondeu ${status}`);
  tell('Caio paga, mas a plataforma não fica sabendo');
  await caio.until(reserva.id, 'o fim da retenção', (d) => d.reserva.status === 'CANCELADA');
  tell('o prazo vence: CANCELADA / PAGAMENTO_EXPIRADO, e o horário volta a ficar livre');
  const tomada = await davi.book(slot);
  await davi.pay(tomada.id, GOOD_CARD);
  await davi.until(tomada.id, 'a reserva de Davi confirmada', (d) => d.reserva.status === 'CONFIRMADA');
  tell('Davi reserva e paga o mesmo horário: CONFIRMADA');
  const { reserva: fim, pagamento } = await caio.until(
    reserva.id,
    'o estorno de Caio',
    (d) => d.pagamento !== null && d.pagamento.estornadoCentavos === d.pagamento.valorCentavos,
  );
  expect(fim.status === 'CANCELADA', `a reserva de Caio está ${fim.status}`);
  tell(`o dinheiro tardio de Caio é descoberto e devolvido: ${money(pagamento?.estornadoCentavos ?? 0)}`);
};

const race: Story = async (state, tell) => {
  const [eva, leo] = await Promise.all([Person.register(state, 'Eva'), Person.register(state, 'Leo')]);
  const espaco = await eva.findSpace('Sala Guanabara');
  const slot = await eva.freeSlot(espaco.id, 60);
  const answers = await Promise.all([eva.tryToBook(slot), leo.tryToBook(slot)]);
  const outcome = answers.map(({ status }) => status).sort();
  tell(`Eva e Leo pedem o mesmo horário ao mesmo tempo: ${outcome.join(' e ')}`);
  expect(outcome.join() === '201,409', 'devia haver um 201 e um 409');
  const loser = answers.find(({ status }) => status === 409);
  tell(`quem perde fica sabendo por quê: ${loser?.body.code}`);
};

export const stories: [string, Story][] = [
  ['Reservar, pagar, confirmar', paid],
  ['Cartão recusado', declined],
  ['Pagamento tardio', late],
  ['Dois para um horário', race],
];
