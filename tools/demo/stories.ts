import { account } from './account.ts';
import { createCoupon, expect, Person, type Slot, type Tell } from './client.ts';
import type { PlatformState } from '../platform/state.ts';

const GOOD_CARD = 'pm_card_visa';
const DECLINED_CARD = 'pm_card_chargeDeclined';
/** A space of the demonstration data that holds unpaid bookings for a few seconds only. */
const SHORT_HOLD = 'Cabine Relâmpago';

export type Story = (state: PlatformState, tell: Tell) => Promise<void>;

const reais = new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' });
const money = (centavos: number): string => reais.format(centavos / 100);

/** What went out about a booking, channel by channel, once everything that is expected has. */
async function told(
  person: Person,
  reservaId: string,
  tipos: readonly string[],
  tell: Tell,
  canais: readonly string[] = ['EMAIL'],
): Promise<void> {
  const { notificacoes } = await person.until(reservaId, tipos.join(', '), ({ notificacoes: todas }) =>
    tipos.every((tipo) =>
      canais.every((canal) =>
        todas.some((uma) => uma.tipo === tipo && uma.canal === canal && uma.estado === 'ENVIADA'),
      ),
    ),
  );
  for (const { canal, assunto, estado } of notificacoes)
    if (estado === 'ENVIADA') tell(`registrado por ${canal}: "${assunto}"`);
}

const paid: Story = async (state, tell) => {
  const ana = await Person.register(state, 'Ana');
  tell('Ana cria a conta e entra');
  const [espaco] = await Promise.all([ana.findSpace('Sala Ipê', { cidade: 'São Paulo' }), ana.giveDevices()]);
  tell('diz o telefone, devolve o código que o SMS levou, e registra o aplicativo: será avisada também ali');
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
  await told(ana, reserva.id, ['RESERVA_CONFIRMADA', 'PAGAMENTO_RECEBIDO'], tell, ['EMAIL', 'SMS', 'PUSH']);
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
  await told(bia, reserva.id, ['RESERVA_CANCELADA'], tell);
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
  await caio.until(reserva.id, 'o fim do prazo', (d) => d.reserva.conferindoPagamento);
  tell('o prazo vence, e o horário segue retido enquanto se pergunta ao provedor se foi pago a tempo');
  const { status: recusa } = await davi.tryToBook(slot);
  expect(recusa === 409, `o pedido de Davi respondeu ${recusa}`);
  tell('Davi quer o mesmo horário: 409');
  const { reserva: fim, pagamento } = await caio.until(
    reserva.id,
    'a reserva confirmada',
    (d) => d.reserva.status === 'CONFIRMADA',
  );
  expect(fim.pagoCentavos === fim.valorCentavos, `Caio tem pagos ${fim.pagoCentavos}`);
  expect(pagamento?.estornadoCentavos === 0, `a Caio foram devolvidos ${pagamento?.estornadoCentavos}`);
  tell('o provedor responde, tarde, que Caio pagou a tempo: CONFIRMADA');
  await told(caio, reserva.id, ['RESERVA_CONFIRMADA'], tell);
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
  tell(`quem perde fica sabendo por quê: ${String(loser?.code)}`);
};

/** An hour of the afternoon and one of the evening, dearer, of some weekday ahead, on the clock of Rio de Janeiro. */
function quietAndDear(espacoId: string): { quiet: Slot; dear: Slot } {
  const day = new Date(Date.now() + (5 + Math.floor(Math.random() * 300)) * 86_400_000);
  while ([0, 6].includes(day.getUTCDay())) day.setUTCDate(day.getUTCDate() + 1);
  const slot = (hour: number): Slot => {
    const inicio = Date.parse(`${day.toISOString().slice(0, 10)}T${hour}:00:00-03:00`);
    return { espacoId, inicio: new Date(inicio).toISOString(), fim: new Date(inicio + 3_600_000).toISOString() };
  };
  return { quiet: slot(15), dear: slot(19) };
}

const moved: Story = async (state, tell) => {
  const [iara, nilo, codigo] = await Promise.all([
    Person.register(state, 'Iara'),
    Person.register(state, 'Nilo'),
    createCoupon(state, 10),
  ]);
  const espaco = await iara.findSpace('Quadra da Lagoa');
  const { quiet, dear } = await iara.bothFree(() => quietAndDear(espaco.id));
  await iara.findSpace(espaco.nome, { tipo: 'QUADRA', livreDe: quiet.inicio, livreAte: quiet.fim });
  tell(`Iara procura quadras livres às 15 h e acha a ${espaco.nome}`);

  const { body: cotacao } = await iara.api('POST /v1/cotacoes', { corpo: { ...quiet, cupom: codigo } });
  tell(
    `cotação com o cupom ${codigo}: ${money(cotacao.totalCentavos)} (${cotacao.linhas.map(({ descricao }) => descricao).join('; ')})`,
  );
  const reserva = await iara.book({ ...quiet, cotacaoId: cotacao.id });
  expect(reserva.valorCentavos === cotacao.totalCentavos, `a reserva custa ${reserva.valorCentavos}`);
  await iara.pay(reserva.id, GOOD_CARD);
  await iara.until(reserva.id, 'a reserva confirmada', (d) => d.reserva.status === 'CONFIRMADA');
  tell('ela reserva pelo preço cotado e paga: CONFIRMADA');

  const { impedimento } = (
    await nilo.api('GET /v1/espacos/:id/porque', {
      parametros: { id: espaco.id },
      consulta: { inicio: quiet.inicio, fim: quiet.fim },
    })
  ).body;
  expect(impedimento?.regra === 'RESERVADO', `o impedimento é ${impedimento?.regra}`);
  tell(`Nilo quer o mesmo horário; por que não? ${impedimento.regra}: ${impedimento.explicacao}`);
  const { body: espera } = await nilo.api('POST /v1/fila', { corpo: quiet });
  tell(`Nilo entra na fila: ${espera.situacao}`);

  const { inicio, fim } = dear;
  const desta = { parametros: { id: reserva.id } };
  const { body: pedida } = await iara.api('POST /v1/reservas/:id/remarcacao', { ...desta, corpo: { inicio, fim } });
  expect((pedida.remarcacao?.diferencaCentavos ?? 0) > 0, 'o novo horário devia custar mais');
  tell(
    `Iara remarca para as 19 h: faltam ${money(pedida.remarcacao?.diferencaCentavos ?? 0)}, e os dois horários ficam retidos`,
  );
  await iara.until(reserva.id, 'a cobrança da diferença', ({ pagamento }) => pagamento?.finalidade === 'DIFERENCA');
  await iara.pay(reserva.id, GOOD_CARD);
  await iara.until(reserva.id, 'a remarcação', (d) => d.reserva.inicio === inicio && d.reserva.remarcacao === null);
  tell('ela paga a diferença, e a reserva muda de horário num só passo');

  const { reservaId } = await nilo.offered(espera.id);
  await nilo.pay(reservaId, GOOD_CARD);
  await nilo.until(
    reservaId,
    'a reserva de Nilo',
    (d) => d.reserva.status === 'CONFIRMADA' && d.notificacoes.length > 1,
  );
  tell('o horário antigo é retido para Nilo no mesmo instante; ele é avisado, paga e fica com ele');
  await told(nilo, reservaId, ['RESERVA_CONFIRMADA'], tell);
  await told(iara, reserva.id, ['RESERVA_REMARCADA'], tell);

  const { eventos, estado } = (await iara.api('GET /v1/reservas/:id/historico', desta)).body;
  expect(
    estado.inicio === inicio && estado.pagoCentavos === estado.valorCentavos,
    `o histórico diz ${JSON.stringify(estado)}`,
  );
  tell(
    `o histórico de Iara: ${eventos.map(({ tipo }) => tipo.split('.')[1]).join(' → ')}; pago ${money(estado.pagoCentavos)}`,
  );
};

export const stories: [string, Story][] = [
  ['Reservar, pagar, confirmar', paid],
  ['Cartão recusado', declined],
  ['Pago a tempo, avisado tarde', late],
  ['Dois para um horário', race],
  ['Remarcar e esperar na fila', moved],
  ['Uma conta, do começo ao fim', account],
];
