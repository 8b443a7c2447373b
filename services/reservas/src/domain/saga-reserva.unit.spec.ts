import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AprovacaoNaoPendente,
  ErroDeReserva,
  PagamentoDivergente,
  ProrrogacaoCedoDemais,
  ProrrogacaoIndisponivel,
  ProrrogacaoRepetida,
  RemarcacaoEmAndamento,
  SerieAguardaPagamento,
} from './errors.js';
import { HORA_MS } from './periodo-reserva.js';
import { COBRANCA_MINIMA_CENTAVOS } from './preco.js';
import {
  aprovar,
  baixarReembolso,
  cancelar,
  conferirPagamento,
  confirmar,
  contestar,
  criar,
  desfazerRemarcacao,
  efetivarRemarcacao,
  encerrarPresenca,
  type EventoDaReserva,
  evoluir,
  INEXISTENTE,
  type MotivoCancelamento,
  pedirRemarcacao,
  podeRetomar,
  prorrogar,
  quitar,
  reembolsoRetido,
  registrarReembolso,
  remarcar,
  remarcavel,
  type Reserva,
  retomar,
  semDinheiro,
} from './reserva.js';
import {
  type ComandoLocal,
  type ComandoRemoto,
  type Compra,
  decidir,
  type EntradaDaSaga,
  iniciar,
  type PagamentoDito,
  type PassoDaSaga,
  type SagaReserva,
} from './saga-reserva.js';

const EXPIRA = '2029-12-31T13:00:00.000Z';
const LIMITE = '2029-12-31T14:00:00.000Z';
const INICIO = Date.parse('2030-01-10T13:00:00.000Z');
const SALDO_VENCE = new Date(INICIO - 48 * HORA_MS).toISOString();

const compra: Compra = {
  cobrancaId: 'r1',
  clienteId: 'c1',
  descricao: 'Reserva de Sala Ipê',
  valorCentavos: 9_000,
  saldo: null,
  prorrogacaoMinutos: 60,
};
const comSinal: Compra = { ...compra, valorCentavos: 3_000, saldo: { valorCentavos: 6_000, venceEm: SALDO_VENCE } };

const aprovado = (parcela = 1, pagamentoId = `p${parcela}`, valorCentavos = 9_000): EntradaDaSaga => ({
  type: 'pagamento-aprovado',
  parcela,
  pagamentoId,
  valorCentavos,
});
const cancelamento: EntradaDaSaga = { type: 'cancelamento-pedido', motivo: 'CLIENTE' };
const prazo: EntradaDaSaga = { type: 'prazo-vencido' };
const ATE = '2029-12-31T15:00:00.000Z';
const conferindo: EntradaDaSaga = { type: 'conferencia-iniciada', ate: ATE };
const encerrada = (parcela = 1): EntradaDaSaga => ({ type: 'pagamento-cancelado', parcela });
/** The hold is over, the provider was asked, and nobody has said anything until the end of that too. */
const semResposta = [prazo, conferindo, prazo] as const;
const recusado: EntradaDaSaga = { type: 'pagamento-recusado', parcela: 1 };
const emProcessamento = (expiraEm: string, parcela = 1): EntradaDaSaga => ({
  type: 'pagamento-em-processamento',
  parcela,
  expiraEm,
});
const canceladas = (reembolsoCentavos: number, restam = false): EntradaDaSaga => ({
  type: 'canceladas',
  reembolsoCentavos,
  restam,
});
const disputa = (
  situacao: 'ABERTA' | 'GANHA' | 'PERDIDA',
  retidoCentavos: number,
  sequencia: number,
  parcela = 1,
): EntradaDaSaga => ({
  type: 'pagamento-disputado',
  disputaId: `d${parcela}`,
  parcela,
  situacao,
  retidoCentavos,
  estornavel: situacao === 'GANHA',
  sequencia,
});

/** Given what the saga was told, the state it is in; then the commands of the last step. */
function dada(inicio: PassoDaSaga, ...entradas: EntradaDaSaga[]) {
  let passo = inicio;
  for (const entrada of entradas) passo = decidir(passo[0], entrada);
  const [estado, ...comandos] = passo;
  return { estado, comandos, tipos: comandos.map(({ type }) => type) };
}
const dado = (...entradas: EntradaDaSaga[]) => dada(iniciar(compra, false, EXPIRA), ...entradas);

describe('saga da reserva', () => {
  it('ao começar, cobra tudo e espera até o fim da retenção', () => {
    expect(dado()).toMatchObject({
      estado: { passo: 'COBRANDO', prazo: EXPIRA },
      comandos: [{ type: 'cobranca.criar.v1', data: { parcela: 1, finalidade: 'INTEGRAL', valorCentavos: 9_000 } }],
    });
  });

  it('sem nada a cobrar, confirma na hora', () => {
    const { estado, comandos } = dada(iniciar({ ...compra, valorCentavos: 0 }, false, EXPIRA));
    expect(estado).toMatchObject({ passo: 'CONFIRMADA', prazo: null });
    expect(comandos).toEqual([{ type: 'ConfirmarReservas', pagamentoId: null }]);
  });

  it('paga, confirma e não espera mais nada', () => {
    expect(dado({ type: 'pagamento-criado' }, aprovado())).toMatchObject({
      estado: { passo: 'CONFIRMADA', prazo: null },
      tipos: ['ConfirmarReservas'],
    });
  });

  it('recusada, ainda espera por outro cartão', () => {
    expect(dado(recusado)).toMatchObject({ estado: { passo: 'COBRANDO', recusas: 1, prazo: EXPIRA }, tipos: [] });
    expect(dado(recusado, aprovado()).tipos).toEqual(['ConfirmarReservas']);
  });

  it('vencido o prazo, pergunta ao provedor antes de liberar o horário, até um limite', () => {
    expect(dado(prazo)).toMatchObject({ estado: { passo: 'COBRANDO' }, tipos: ['ConferirCobranca'] });
    expect(dado(prazo, conferindo)).toMatchObject({
      estado: { passo: 'CONFERINDO', prazo: ATE },
      comandos: [{ type: 'cobranca.cancelar.v1', data: { reservaId: 'r1', parcela: 1 } }],
    });
  });

  it('o que foi pago a tempo, e contado tarde, é confirmado: o horário ainda era seu', () => {
    expect(dado(prazo, conferindo, aprovado())).toMatchObject({
      estado: { passo: 'CONFIRMADA', prazo: null },
      tipos: ['ConfirmarReservas'],
    });
  });

  it.each([
    ['PAGAMENTO_EXPIRADO', []],
    ['PAGAMENTO_RECUSADO', [recusado]],
    ['PAGAMENTO_EXPIRADO', [recusado, emProcessamento('2029-12-31T12:00:00.000Z')]],
    ['PAGAMENTO_RECUSADO', [emProcessamento('2029-12-31T12:00:00.000Z'), recusado]],
  ])('se não foi paga, cancela por %s e não espera mais nada', (motivo, antes) => {
    const { estado, comandos } = dado(...antes, prazo, conferindo, encerrada());
    expect(estado).toMatchObject({ passo: 'ENCERRADA', prazo: null });
    expect(comandos).toEqual([{ type: 'CancelarReservas', motivo }]);
  });

  it('se ninguém soube dizer até o limite, libera, e segue perguntando pelo fim da cobrança', () => {
    const { estado, comandos } = dado(...semResposta);
    expect(estado).toMatchObject({ passo: 'ENCERRANDO_COBRANCA', retomavel: true });
    expect(comandos).toEqual([
      { type: 'CancelarReservas', motivo: 'PAGAMENTO_EXPIRADO' },
      { type: 'ConferirCobranca' },
    ]);
    const perguntando = dada([estado], conferindo);
    expect(perguntando).toMatchObject({
      estado: { passo: 'ENCERRANDO_COBRANCA', prazo: ATE },
      tipos: ['cobranca.cancelar.v1'],
    });
    expect(dada([perguntando.estado], prazo).tipos).toEqual(['ConferirCobranca']);
    expect(dada([perguntando.estado], encerrada()).estado).toMatchObject({ passo: 'ENCERRADA', prazo: null });
  });

  describe('mais tempo para pagar', () => {
    const pedido = (segundosAntes: number, fim = EXPIRA): EntradaDaSaga => ({
      type: 'mais-tempo-pedido',
      agora: Date.parse(fim) - segundosAntes * 1000,
    });
    const cinco = '2029-12-31T13:05:00.000Z';

    it('são cinco minutos, uma vez e perto do fim', () => {
      expect(dado(pedido(45))).toMatchObject({
        estado: { passo: 'COBRANDO', prazo: cinco, limite: LIMITE },
        comandos: [{ type: 'ProrrogarReservas', expiraEm: cinco }],
      });
      expect(() => dado(pedido(121))).toThrow(ProrrogacaoCedoDemais);
      expect(() => dado(pedido(45), pedido(45, cinco))).toThrow(ProrrogacaoRepetida);
    });

    it('não passam do limite do espaço, nem existem onde ele não deixa', () => {
      const com = (prorrogacaoMinutos: number) => iniciar({ ...compra, prorrogacaoMinutos }, false, EXPIRA);
      expect(dada(com(2), pedido(45)).estado.prazo).toBe('2029-12-31T13:02:00.000Z');
      expect(() => dada(com(0), pedido(45))).toThrow(ProrrogacaoIndisponivel);
    });

    it('não devolvem o que já acabou nem o que já está pago', () => {
      for (const antes of [[], [prazo, conferindo], [aprovado()], [cancelamento]] as EntradaDaSaga[][])
        expect(() => dado(...antes, pedido(antes.length === 0 ? 0 : 45))).toThrow(ProrrogacaoIndisponivel);
    });
  });

  it('a cobrança encerrada no painel do provedor encerra a compra na hora: não há como pagá-la', () => {
    expect(dado(encerrada())).toMatchObject({
      estado: { passo: 'ENCERRADA' },
      comandos: [{ type: 'CancelarReservas', motivo: 'PAGAMENTO_EXPIRADO' }],
    });
    expect(dado(encerrada(2))).toMatchObject({ estado: { passo: 'COBRANDO' }, tipos: [] });
  });

  it('o dinheiro que chega depois de liberado o horário tenta retomá-lo', () => {
    expect(dado(...semResposta, aprovado()).tipos).toEqual(['RetomarReservas']);
  });

  it('quem desiste enquanto se pergunta desiste, e o dinheiro que vier volta', () => {
    expect(dado(prazo, conferindo, cancelamento)).toMatchObject({
      estado: { passo: 'ENCERRANDO_COBRANCA', retomavel: false },
      tipos: ['CancelarReservas', 'ConferirCobranca'],
    });
    expect(dado(prazo, conferindo, cancelamento, aprovado()).tipos).toEqual(['estorno.criar.v1']);
  });

  it.each([
    [true, 'CONFIRMADA', []],
    [false, 'ESTORNANDO', ['estorno.criar.v1']],
  ])('retomada com sucesso = %s leva a %s', (conseguiu, passo, tipos) => {
    const retomadas: EntradaDaSaga = {
      type: 'retomadas',
      parcela: 1,
      pagamentoId: 'p1',
      valorCentavos: 9_000,
      conseguiu,
    };
    expect(dado(...semResposta, aprovado(), retomadas)).toMatchObject({ estado: { passo }, tipos });
  });

  it('o dinheiro que chega depois de o cliente desistir volta inteiro, sem retomar', () => {
    expect(dado(cancelamento).tipos).toEqual(['CancelarReservas', 'ConferirCobranca']);
    expect(dado(cancelamento, aprovado())).toMatchObject({
      estado: { passo: 'ESTORNANDO' },
      comandos: [{ type: 'estorno.criar.v1', data: { valorCentavos: 9_000, parcela: 1 } }],
    });
  });

  it('cancelada depois de confirmada, devolve o que a política manda', () => {
    const depois = (reembolso: number) => dado(aprovado(), cancelamento, canceladas(reembolso));
    expect(depois(4_500)).toMatchObject({ estado: { passo: 'ESTORNANDO' }, tipos: ['estorno.criar.v1'] });
    expect(depois(0)).toMatchObject({ estado: { passo: 'ENCERRADA' }, tipos: [] });
  });

  it('encerra quando o estorno ou o fim da cobrança se confirmam', () => {
    expect(dado(...semResposta, encerrada()).estado.passo).toBe('ENCERRADA');
    const estornado: EntradaDaSaga = {
      type: 'pagamento-estornado',
      parcela: 1,
      valorCentavos: 9_000,
      origem: 'RESERVA',
    };
    expect(dado(cancelamento, aprovado(), estornado).estado.passo).toBe('ENCERRADA');
  });

  it('o dinheiro que aparece depois de tudo encerrado volta uma vez, ainda que seja contado duas', () => {
    const fim = [prazo, conferindo, encerrada()] as const;
    expect(dado(...fim, aprovado()).tipos).toEqual(['estorno.criar.v1']);
    expect(dado(...fim, aprovado(), aprovado()).tipos).toEqual([]);
  });

  it('um segundo pagamento, que ninguém quer, é devolvido', () => {
    expect(dado(aprovado(1, 'p1'), aprovado(1, 'p2'))).toMatchObject({
      estado: { passo: 'CONFIRMADA' },
      tipos: ['estorno.criar.v1'],
    });
  });

  it('o Pix prolonga a retenção até o fim do QR, nunca além do limite, e nunca a encurta', () => {
    expect(dado(emProcessamento('2029-12-31T13:30:00.000Z'))).toMatchObject({
      estado: { prazo: '2029-12-31T13:30:00.000Z' },
      comandos: [{ type: 'ProrrogarReservas', expiraEm: '2029-12-31T13:30:00.000Z' }],
    });
    expect(dado(emProcessamento('2030-01-01T00:00:00.000Z')).estado.prazo).toBe(LIMITE);
    expect(dado(emProcessamento('2029-12-31T12:00:00.000Z'))).toMatchObject({ estado: { prazo: EXPIRA }, tipos: [] });
    expect(dado(emProcessamento('2029-12-31T13:30:00.000Z', 2)).tipos).toEqual([]);
    expect(dado(prazo, conferindo, emProcessamento('2029-12-31T13:30:00.000Z')).tipos).toEqual([]);
  });

  describe('com aprovação', () => {
    const pedida = iniciar(compra, true, EXPIRA);
    const { valorCentavos, descricao } = compra;
    const aprovada = { type: 'aprovada', expiraEm: LIMITE, compra: { valorCentavos, descricao } } as const;

    it('nada se cobra até que alguém aprove; depois, cobra', () => {
      expect(dada(pedida)).toMatchObject({ estado: { passo: 'AGUARDANDO_APROVACAO', prazo: EXPIRA }, tipos: [] });
      expect(dada(pedida, { type: 'aprovacao-dada' }).tipos).toEqual(['AprovarReservas']);
      expect(dada(pedida, aprovada)).toMatchObject({
        estado: { passo: 'COBRANDO', prazo: LIMITE, limite: '2029-12-31T15:00:00.000Z' },
        comandos: [
          {
            type: 'cobranca.criar.v1',
            data: { valorCentavos: 9_000, expiraEm: LIMITE, prorrogavelAte: '2029-12-31T15:00:00.000Z' },
          },
        ],
      });
    });

    it('de várias pagas juntas, cada uma tem a sua resposta; cobra-se o que foi aprovado quando nenhuma espera', () => {
      const uma = { reservas: ['r1'] };
      expect(dada(pedida, { type: 'aprovacao-dada', ...uma }).comandos).toEqual([{ type: 'AprovarReservas', ...uma }]);
      const negada: EntradaDaSaga = { type: 'aprovacao-negada', justificativa: 'em obras', ...uma };
      expect(dada(pedida, negada).comandos).toMatchObject([
        { type: 'CancelarReservas', ...uma, soSemResposta: true, justificativa: 'em obras' },
      ]);
      expect(dada(pedida, negada, canceladas(0, true))).toMatchObject({
        estado: { passo: 'AGUARDANDO_APROVACAO' },
        comandos: [{ type: 'AprovarReservas', reservas: [] }],
      });
      const aprovadas: EntradaDaSaga = { ...aprovada, compra: { valorCentavos: 18_000, descricao: 'Duas' } };
      expect(dada(pedida, negada, canceladas(0, true), aprovadas).comandos).toMatchObject([
        { type: 'cobranca.criar.v1', data: { valorCentavos: 18_000, descricao: 'Duas' } },
      ]);
    });

    it('vencido o prazo da resposta, só as que não a tiveram são negadas', () => {
      expect(dada(pedida, prazo).comandos).toMatchObject([{ type: 'CancelarReservas', soSemResposta: true }]);
      expect(dada(pedida, prazo, canceladas(0, true)).tipos).toEqual(['AprovarReservas']);
    });

    it('negada ou esquecida, termina sem que nada tenha sido cobrado', () => {
      const negada: EntradaDaSaga = { type: 'aprovacao-negada', justificativa: 'em obras' };
      expect(dada(pedida, negada).comandos).toMatchObject([
        { type: 'CancelarReservas', motivo: 'ADMIN', justificativa: 'em obras' },
      ]);
      expect(dada(pedida, prazo).comandos).toMatchObject([{ type: 'CancelarReservas', motivo: 'ADMIN' }]);
      expect(dada(pedida, cancelamento).tipos).toEqual(['CancelarReservas']);
      for (const fim of [negada, prazo, cancelamento])
        expect(dada(pedida, fim, canceladas(0))).toMatchObject({ estado: { passo: 'ENCERRADA' }, tipos: [] });
    });

    it('a que não espera aprovação não pode ser negada', () => {
      expect(() => dado({ type: 'aprovacao-negada', justificativa: 'tarde' })).toThrow(AprovacaoNaoPendente);
      expect(() => dado({ type: 'aprovacao-dada' })).toThrow(AprovacaoNaoPendente);
    });
  });

  describe('com sinal', () => {
    const sinalPago = [aprovado(1, 'p1', 3_000)] as const;
    const iniciada = iniciar(comSinal, false, EXPIRA);

    it('confirma com o sinal e cobra o saldo até o vencimento', () => {
      const { estado, comandos } = dada(iniciada, ...sinalPago);
      expect(estado).toMatchObject({ passo: 'CONFIRMADA', prazo: SALDO_VENCE, complemento: { finalidade: 'SALDO' } });
      expect(comandos).toMatchObject([
        { type: 'ConfirmarReservas' },
        {
          type: 'cobranca.criar.v1',
          data: { parcela: 2, finalidade: 'SALDO', valorCentavos: 6_000, expiraEm: SALDO_VENCE },
        },
      ]);
    });

    it('pago o saldo, não espera mais nada', () => {
      expect(dada(iniciada, ...sinalPago, aprovado(2, 'p2', 6_000))).toMatchObject({
        estado: { passo: 'CONFIRMADA', prazo: null, complemento: null },
        tipos: ['QuitarReservas'],
      });
    });

    it('o saldo que não vem, o provedor ouvido, cancela a reserva; se ele vem tarde, volta', () => {
      const conferida = dada(iniciada, ...sinalPago, prazo, conferindo);
      expect(conferida).toMatchObject({
        estado: { passo: 'CONFIRMADA', prazo: ATE },
        comandos: [{ type: 'cobranca.cancelar.v1', data: { parcela: 2 } }],
      });
      expect(dada([conferida.estado], aprovado(2, 'p2', 6_000)).tipos).toEqual(['QuitarReservas']);
      expect(dada([conferida.estado], prazo).tipos).toEqual(['CancelarReservas']);
      const vencida = dada([conferida.estado], encerrada(2));
      expect(vencida.comandos).toMatchObject([{ type: 'CancelarReservas', motivo: 'PAGAMENTO_EXPIRADO' }]);
      const fim = dada([vencida.estado], canceladas(1_000));
      expect(fim.comandos).toMatchObject([{ type: 'estorno.criar.v1', data: { parcela: 1, valorCentavos: 1_000 } }]);
      expect(dada([fim.estado], aprovado(2, 'p2', 6_000)).comandos).toMatchObject([
        { type: 'estorno.criar.v1', data: { parcela: 2, valorCentavos: 6_000 } },
      ]);
    });

    it('devolve do pagamento mais novo para o mais antigo, nunca mais do que cada um', () => {
      const { comandos } = dada(iniciada, ...sinalPago, aprovado(2, 'p2', 6_000), cancelamento, canceladas(7_500));
      expect(comandos).toMatchObject([
        { type: 'estorno.criar.v1', data: { parcela: 2, valorCentavos: 6_000 } },
        { type: 'estorno.criar.v1', data: { parcela: 1, valorCentavos: 1_500 } },
      ]);
    });

    it('enquanto há saldo em aberto, o fim da reserva espera', () => {
      const presenca: EntradaDaSaga = { type: 'presenca-vencida', reservaId: 'r1' };
      expect(dada(iniciada, ...sinalPago, presenca).tipos).toEqual([]);
      expect(dada(iniciada, ...sinalPago, aprovado(2, 'p2', 6_000), presenca).tipos).toEqual(['EncerrarPresenca']);
    });
  });

  describe('mudança de horário', () => {
    const retida: EntradaDaSaga = { type: 'remarcacao-retida', diferencaCentavos: 2_000, expiraEm: LIMITE };
    const pedida: EntradaDaSaga = { type: 'remarcacao-pedida', mudancas: [], porAdmin: false };

    it('mais cara, cobra a diferença; paga, efetiva; esquecida, pergunta ao provedor e desfaz', () => {
      const cobrando = dado(aprovado(), retida);
      expect(cobrando.comandos).toMatchObject([
        { type: 'cobranca.criar.v1', data: { parcela: 2, finalidade: 'DIFERENCA', valorCentavos: 2_000 } },
      ]);
      expect(dada([cobrando.estado], aprovado(2, 'p2', 2_000)).tipos).toEqual(['EfetivarRemarcacao']);
      expect(dada([cobrando.estado], encerrada(2)).tipos).toEqual([]);
      const conferida = dada([cobrando.estado], prazo, conferindo);
      expect(conferida.tipos).toEqual(['cobranca.cancelar.v1']);
      expect(dada([conferida.estado], aprovado(2, 'p2', 2_000)).tipos).toEqual(['EfetivarRemarcacao']);
      for (const fim of [encerrada(2), prazo])
        expect(dada([conferida.estado], fim).tipos).toEqual(['DesfazerRemarcacao']);
    });

    it('enquanto espera a diferença, nem outra mudança nem o cancelamento de uma parte', () => {
      expect(() => dado(aprovado(), retida, pedida)).toThrow(RemarcacaoEmAndamento);
      expect(() => dado(aprovado(), retida, { ...cancelamento, reservas: ['r1'] })).toThrow(RemarcacaoEmAndamento);
      expect(dado(aprovado(), retida, cancelamento, canceladas(9_000)).tipos).toEqual([
        'estorno.criar.v1',
        'cobranca.cancelar.v1',
      ]);
    });

    it('mais barata, devolve a diferença', () => {
      const remarcadas: EntradaDaSaga = {
        type: 'remarcadas',
        reembolsoCentavos: 2_000,
        saldo: null,
      };
      expect(dado(aprovado(), remarcadas)).toMatchObject({
        estado: { passo: 'CONFIRMADA', estornosPendentes: 1 },
        comandos: [{ type: 'estorno.criar.v1', data: { valorCentavos: 2_000 } }],
      });
    });
  });

  it('uma série paga de uma vez só se cancela inteira enquanto não é paga', () => {
    const uma = { ...cancelamento, reservas: ['r1'] };
    expect(() => dado(uma)).toThrow(SerieAguardaPagamento);
    expect(() => dada(iniciar(compra, true, EXPIRA), uma)).toThrow(SerieAguardaPagamento);
    expect(dado(aprovado(), uma, canceladas(4_500, true))).toMatchObject({
      estado: { passo: 'CONFIRMADA' },
      tipos: ['estorno.criar.v1'],
    });
  });

  it('o que alguém devolve por fora é registrado na reserva e já não é devolvido de novo', () => {
    const porFora: EntradaDaSaga = { type: 'pagamento-estornado', parcela: 1, valorCentavos: 4_000, origem: 'ADMIN' };
    expect(dado(aprovado(), porFora).comandos).toEqual([
      { type: 'RegistrarReembolso', valorCentavos: 4_000, origem: 'ADMIN' },
    ]);
    expect(dado(aprovado(), porFora, canceladas(9_000)).comandos).toMatchObject([
      { type: 'estorno.criar.v1', data: { valorCentavos: 5_000 } },
    ]);
  });
});

describe('o que pagamentos diz', () => {
  const dito = (pagamento: Partial<PagamentoDito>, entrada: EntradaDaSaga): EntradaDaSaga => ({
    type: 'pagamento-dito',
    pagamento: { parcela: 1, pagamentoId: 'p1', ...pagamento },
    entrada,
  });
  const inteiro = { cobradoCentavos: 9_000 };
  const estorno = (valorCentavos: number): EntradaDaSaga => ({
    type: 'pagamento-estornado',
    parcela: 1,
    valorCentavos,
    origem: 'ADMIN',
  });

  it('vale do pagamento que se pediu, ouça-se primeiro o que for', () => {
    const criado = dito(inteiro, { type: 'pagamento-criado' });
    for (const antes of [[], [criado], [dito(inteiro, recusado)], [dito(inteiro, emProcessamento(EXPIRA))]])
      expect(dado(...antes, dito(inteiro, aprovado())).tipos).toEqual(['ConfirmarReservas']);
  });

  it.each<[string, Partial<PagamentoDito>, EntradaDaSaga]>([
    ['um aprovado de menos', { cobradoCentavos: 1 }, aprovado(1, 'p1', 1)],
    ['um aprovado de mais', { cobradoCentavos: 9_001 }, aprovado(1, 'p1', 9_001)],
    ['um aprovado de outro pagamento', { ...inteiro, pagamentoId: 'p2' }, aprovado(1, 'p2')],
    ['um aprovado de parcela que não se cobrou', { ...inteiro, parcela: 2 }, aprovado(2, 'p1')],
    ['um recusado de outro valor', { cobradoCentavos: 1 }, recusado],
    ['um cancelado de outro pagamento', { ...inteiro, pagamentoId: 'p2' }, encerrada()],
    ['um Pix de outro valor', { cobradoCentavos: 1 }, emProcessamento(LIMITE)],
    ['um estorno de mais do que se cobrou', { devolvidoCentavos: 9_001 }, estorno(9_001)],
    ['um estorno de outro pagamento', { devolvidoCentavos: 1, pagamentoId: 'p2' }, estorno(1)],
    ['uma disputa de outro pagamento', { pagamentoId: 'p2' }, disputa('PERDIDA', 9_000, 4)],
  ])('não vale quando é %s: nem antes de confirmada, nem depois', (_nome, pagamento, entrada) => {
    const criado = dito(inteiro, { type: 'pagamento-criado' });
    expect(() => dado(criado, dito(pagamento, entrada))).toThrow(PagamentoDivergente);
    expect(() => dado(criado, dito(inteiro, aprovado()), dito(pagamento, entrada))).toThrow(PagamentoDivergente);
    expect(() => dado(criado, cancelamento, dito(pagamento, entrada))).toThrow(PagamentoDivergente);
  });

  it('do sinal e do saldo, cada um do seu valor e com o seu pagamento', () => {
    const sinal = dito({ cobradoCentavos: 3_000 }, aprovado(1, 'p1', 3_000));
    const saldo = (cobradoCentavos: number, pagamentoId = 'p2') =>
      dito({ parcela: 2, pagamentoId, cobradoCentavos }, aprovado(2, pagamentoId, cobradoCentavos));
    expect(dada(iniciar(comSinal, false, EXPIRA), sinal, saldo(6_000)).tipos).toEqual(['QuitarReservas']);
    expect(() => dada(iniciar(comSinal, false, EXPIRA), sinal, saldo(3_000))).toThrow(PagamentoDivergente);
    const conhecido = dito({ parcela: 2, pagamentoId: 'p2', cobradoCentavos: 6_000 }, { type: 'pagamento-criado' });
    expect(() => dada(iniciar(comSinal, false, EXPIRA), sinal, conhecido, saldo(6_000, 'p3'))).toThrow(
      PagamentoDivergente,
    );
  });

  it('uma recusa de outra parcela não conta contra a que se espera', () => {
    const { estado } = dada(iniciar(comSinal, false, EXPIRA), { type: 'pagamento-recusado', parcela: 2 });
    expect(estado).toMatchObject({ recusas: 0 });
  });

  it('de uma saga que começou antes de as cobranças se anotarem, vale como então', () => {
    const [{ cobradas: _, ...antiga }] = iniciar(compra, false, EXPIRA);
    expect(dada([antiga as SagaReserva], dito({ cobradoCentavos: 1 }, aprovado())).tipos).toEqual([
      'ConfirmarReservas',
    ]);
  });
});

describe('disputa', () => {
  const totais = (entradas: EntradaDaSaga[]) => dado(aprovado(), ...entradas).comandos;

  it('conta às reservas o que o banco retém ou levou, e o que não pode ser devolvido', () => {
    expect(totais([disputa('ABERTA', 3_000, 4)])).toEqual([
      { type: 'RegistrarContestacao', perdidoCentavos: 0, retidoCentavos: 3_000, indisponivelCentavos: 9_000 },
    ]);
    expect(totais([disputa('ABERTA', 3_000, 4), disputa('PERDIDA', 3_000, 5)])).toEqual([
      { type: 'RegistrarContestacao', perdidoCentavos: 3_000, retidoCentavos: 0, indisponivelCentavos: 6_000 },
    ]);
    expect(totais([disputa('ABERTA', 3_000, 4), disputa('GANHA', 0, 5)])).toEqual([
      { type: 'RegistrarContestacao', perdidoCentavos: 0, retidoCentavos: 0, indisponivelCentavos: 0 },
    ]);
  });

  it('uma consulta nada retém e nada impede', () => {
    expect(totais([{ ...disputa('ABERTA', 0, 4), estornavel: true } as EntradaDaSaga])).toEqual([
      { type: 'RegistrarContestacao', perdidoCentavos: 0, retidoCentavos: 0, indisponivelCentavos: 0 },
    ]);
  });

  it('o que se ouve fora de ordem nada muda', () => {
    expect(totais([disputa('PERDIDA', 9_000, 5), disputa('ABERTA', 9_000, 4)])).toEqual([]);
  });

  it('ouvida antes do pagamento, é contada com ele', () => {
    expect(dado(disputa('PERDIDA', 9_000, 4), aprovado()).comandos).toMatchObject([
      { type: 'ConfirmarReservas' },
      { type: 'RegistrarContestacao', perdidoCentavos: 9_000 },
    ]);
  });

  it('perdida, cancela a reserva por que ninguém mais paga; numa mudança à espera de pagamento, desfaz-a antes', () => {
    const abandonada: EntradaDaSaga = { type: 'contestadas', semDinheiro: ['r1'], devidoCentavos: 0 };
    const perdida = disputa('PERDIDA', 9_000, 4);
    expect(dado(aprovado(), perdida, abandonada).comandos).toEqual([
      { type: 'CancelarReservas', motivo: 'PAGAMENTO_RECUSADO', reservas: ['r1'] },
    ]);
    const retida: EntradaDaSaga = { type: 'remarcacao-retida', diferencaCentavos: 500, expiraEm: LIMITE };
    expect(dado(aprovado(), retida, perdida, abandonada).tipos).toEqual([
      'DesfazerRemarcacao',
      'cobranca.cancelar.v1',
      'CancelarReservas',
    ]);
  });

  it('o que o banco retém de um cancelamento volta quando ele o libera, e só o que ele não levou', () => {
    const cancelada = canceladas(0);
    const devendo = (devidoCentavos: number): EntradaDaSaga => ({
      type: 'contestadas',
      semDinheiro: [],
      devidoCentavos,
    });
    const aberta = [aprovado(), disputa('ABERTA', 9_000, 4), cancelada];
    expect(dado(...aberta).estado.passo).toBe('ENCERRADA');
    const ganha = dado(...aberta, disputa('GANHA', 0, 5), devendo(4_500));
    expect(ganha.comandos).toMatchObject([
      { type: 'estorno.criar.v1', data: { valorCentavos: 4_500 } },
      { type: 'RegistrarReembolso', valorCentavos: 4_500, origem: 'RESERVA' },
    ]);
    expect(ganha.estado.passo).toBe('ESTORNANDO');
    // The bank gave 3,000 back already: the house owes the rest, once the provider refunds again.
    const emParte = [...aberta, disputa('PERDIDA', 3_000, 5), devendo(1_500)];
    expect(dado(...emParte).comandos).toEqual([]);
    const liberada = { ...disputa('PERDIDA', 3_000, 6), estornavel: true } as EntradaDaSaga;
    expect(dado(...emParte, liberada, devendo(1_500)).comandos).toMatchObject([
      { type: 'estorno.criar.v1', data: { valorCentavos: 1_500 } },
      { type: 'RegistrarReembolso', valorCentavos: 1_500, origem: 'RESERVA' },
    ]);
  });
});

/**
 * The booking, its saga, and a provider, in memory: every command is carried out, every answer comes back when the
 * generated sequence says so, in any order and more than once.
 */
interface CobrancaDoMundo {
  valor: number;
  capturado: number;
  estornado: number;
  encerrada: boolean;
  disputa: { situacao: 'ABERTA' | 'GANHA' | 'PERDIDA'; retido: number; sequencia: number } | null;
  /** Refunds of the booking that wait for the bank, centavos. */
  esperando: readonly number[];
}

class Mundo {
  reserva: Reserva;
  saga: SagaReserva;
  readonly cobrancas = new Map<number, CobrancaDoMundo>();
  /** What somebody decided to keep of what was to be given back. */
  baixado = 0;
  /** The first charge was paid while its booking was held, and nobody gave up: neither a person nor the wait for the provider. */
  pagaATempo = false;
  desistiu = false;
  /** What pagamentos has to say, not heard yet. */
  readonly correio: EntradaDaSaga[] = [];
  agora = Date.parse('2029-12-01T00:00:00.000Z');

  constructor(
    compra: Compra,
    requerAprovacao: boolean,
    private readonly horarioLivre: boolean,
  ) {
    const inicio = new Date(INICIO).toISOString();
    const fim = new Date(INICIO + HORA_MS).toISOString();
    const { saldo } = compra;
    const eventos = criar({
      reservaId: 'r1',
      clienteId: 'c1',
      espacoId: 'e1',
      espacoNome: 'Sala Ipê',
      cidade: 'São Paulo',
      inicio,
      fim,
      fuso: 'America/Sao_Paulo',
      valorCentavos: compra.valorCentavos + (saldo?.valorCentavos ?? 0),
      moeda: 'BRL',
      unidades: ['u1'],
      ocupacao: { inicio, fim },
      expiraEm: EXPIRA,
      politicaCancelamento: [
        { horasAntes: 48, percentual: 100 },
        { horasAntes: 24, percentual: 50 },
      ],
      requerAprovacao: requerAprovacao || undefined,
      ...(saldo && { sinalCentavos: compra.valorCentavos, saldoVenceEm: saldo.venceEm }),
    });
    this.reserva = eventos.reduce(evoluir, INEXISTENTE);
    this.saga = iniciar(compra, requerAprovacao, EXPIRA)[0];
    this.cumprir(iniciar(compra, requerAprovacao, EXPIRA).slice(1) as (ComandoLocal | ComandoRemoto)[]);
  }

  /** One transaction: a domain error undoes everything. */
  dizer(entrada: EntradaDaSaga): void {
    const { reserva, saga } = this;
    const cobrancas = [...this.cobrancas].map(([parcela, cobranca]) => [parcela, { ...cobranca }] as const);
    const correio = [...this.correio];
    try {
      this.passo(entrada);
    } catch (error) {
      if (!(error instanceof ErroDeReserva)) throw error;
      if (error.code === 'reservas.transicao-invalida') throw error;
      Object.assign(this, { reserva, saga });
      this.cobrancas.clear();
      for (const [parcela, cobranca] of cobrancas) this.cobrancas.set(parcela, cobranca);
      this.correio.splice(0, Infinity, ...correio);
    }
  }

  private passo(entrada: EntradaDaSaga): void {
    const [saga, ...comandos] = decidir(this.saga, entrada);
    this.saga = saga;
    this.cumprir(comandos);
  }

  private cumprir(comandos: (ComandoLocal | ComandoRemoto)[]): void {
    for (const comando of comandos) {
      const resposta = this.executar(comando);
      if (resposta) this.passo(resposta);
    }
  }

  private aplicar(eventos: readonly EventoDaReserva[]): void {
    this.reserva = eventos.reduce(evoluir, this.reserva);
  }

  private executar(comando: ComandoLocal | ComandoRemoto): EntradaDaSaga | undefined {
    switch (comando.type) {
      case 'cobranca.criar.v1': {
        const { parcela, valorCentavos } = comando.data;
        expect(this.cobrancas.has(parcela)).toBe(false);
        this.cobrancas.set(parcela, {
          valor: valorCentavos,
          capturado: 0,
          estornado: 0,
          encerrada: false,
          disputa: null,
          esperando: [],
        });
        return undefined;
      }
      case 'cobranca.cancelar.v1': {
        const cobranca = this.cobrancas.get(comando.data.parcela);
        if (!cobranca || cobranca.capturado > 0) return undefined;
        cobranca.encerrada = true;
        this.correio.push({ type: 'pagamento-cancelado', parcela: comando.data.parcela });
        return undefined;
      }
      case 'estorno.criar.v1':
        this.estornar(comando.data.parcela, comando.data.valorCentavos, 'RESERVA');
        return undefined;
      case 'AprovarReservas':
        this.aplicar(aprovar(this.reserva, EXPIRA));
        return { type: 'aprovada', expiraEm: EXPIRA, compra: this.saga.compra };
      case 'ConferirCobranca':
        this.aplicar(conferirPagamento(this.reserva, ATE));
        return conferindo;
      case 'ProrrogarReservas':
        this.aplicar(prorrogar(this.reserva, comando.expiraEm));
        return undefined;
      case 'ConfirmarReservas':
        this.aplicar(confirmar(this.reserva, comando.pagamentoId));
        return undefined;
      case 'QuitarReservas':
        this.aplicar(quitar(this.reserva, comando.pagamentoId));
        return undefined;
      case 'CancelarReservas': {
        const eventos = cancelar(this.reserva, comando.motivo, this.agora);
        this.aplicar(eventos);
        const [evento] = eventos;
        if (evento?.type !== 'reserva.cancelada.v1') return canceladas(0);
        return canceladas(evento.data.reembolsoCentavos);
      }
      case 'RetomarReservas': {
        const conseguiu = this.horarioLivre && podeRetomar(this.reserva);
        if (conseguiu) this.aplicar(retomar(this.reserva, comando.pagamentoId));
        return { ...comando, type: 'retomadas', conseguiu };
      }
      case 'RemarcarReservas':
        return this.remarcar(comando.mudancas[0]?.inicio ?? 0);
      case 'EfetivarRemarcacao':
        this.aplicar(efetivarRemarcacao(this.reserva));
        return undefined;
      case 'DesfazerRemarcacao':
        this.aplicar(desfazerRemarcacao(this.reserva));
        return undefined;
      case 'RegistrarReembolso':
        this.aplicar(registrarReembolso([this.reserva], comando.valorCentavos, comando.origem).flat());
        return undefined;
      case 'RegistrarContestacao':
        this.aplicar(contestar([this.reserva], comando).flat());
        return {
          type: 'contestadas',
          semDinheiro: semDinheiro(this.reserva, this.agora) ? ['r1'] : [],
          devidoCentavos: reembolsoRetido(this.reserva),
        };
      case 'BaixarReembolso':
        this.aplicar(baixarReembolso(this.reserva, comando.valorCentavos));
        return undefined;
      case 'EncerrarPresenca':
        this.aplicar(encerrarPresenca(this.reserva, this.agora));
        return undefined;
    }
  }

  /** The price of the new time stands for the time itself. */
  private remarcar(valorCentavos: number): EntradaDaSaga {
    const reserva = remarcavel(this.reserva, this.agora);
    const { inicio, fim } = reserva.dados;
    const diferenca = valorCentavos - reserva.dados.valorCentavos;
    const novo = { inicio, fim, valorCentavos, unidades: ['u1'], ocupacao: { inicio, fim } };
    if (!reserva.saldo && diferenca >= COBRANCA_MINIMA_CENTAVOS) {
      this.aplicar(pedirRemarcacao(reserva, novo, this.agora, LIMITE));
      return { type: 'remarcacao-retida', diferencaCentavos: diferenca, expiraEm: LIMITE };
    }
    const perdoado = reserva.saldo || diferenca < 0 ? novo : { ...novo, valorCentavos: reserva.dados.valorCentavos };
    const [evento] = remarcar(reserva, perdoado, this.agora, SALDO_VENCE);
    if (evento?.type !== 'reserva.remarcada.v1') throw new Error('não foi remarcada');
    this.aplicar([evento]);
    if (this.reserva.status !== 'CONFIRMADA') throw new Error('deixou de ser confirmada');
    const { pagoCentavos, saldo } = this.reserva;
    const reembolsoCentavos = Math.max(0, reserva.pagoCentavos - pagoCentavos);
    return { type: 'remarcadas', reembolsoCentavos, saldo };
  }

  pagar(parcela: number): void {
    const cobranca = this.cobrancas.get(parcela);
    if (!cobranca || cobranca.encerrada || cobranca.capturado > 0) return;
    cobranca.capturado = cobranca.valor;
    if (parcela === 1 && this.reserva.status === 'PENDENTE_PAGAMENTO') this.pagaATempo = true;
    this.correio.push(aprovado(parcela, `p${parcela}`, cobranca.valor));
  }

  /** Somebody ends a charge at the provider's desk, for good. */
  encerrarNoPainel(parcela: number): void {
    const cobranca = this.cobrancas.get(parcela);
    if (!cobranca || cobranca.encerrada || cobranca.capturado > 0) return;
    cobranca.encerrada = true;
    this.correio.push(encerrada(parcela));
  }

  /**
   * As pagamentos does it: what remains, at most; it answers even when that is nothing. While a bank decides an admin's is
   * refused and the booking's waits; once it decided against us, it is paid by other means.
   */
  estornar(parcela: number, valorCentavos: number, origem: 'RESERVA' | 'ADMIN'): void {
    const cobranca = this.cobrancas.get(parcela);
    if (!cobranca) return;
    if (cobranca.disputa?.situacao === 'ABERTA') {
      if (origem === 'RESERVA') cobranca.esperando = [...cobranca.esperando, valorCentavos];
      return;
    }
    const valor = Math.min(valorCentavos, this.restante(cobranca));
    if (valor === 0 && origem === 'ADMIN') return;
    cobranca.estornado += valor;
    this.correio.push({ type: 'pagamento-estornado', parcela, valorCentavos: valor, origem });
  }

  private restante({ capturado, estornado, disputa: aberta }: CobrancaDoMundo): number {
    return Math.max(0, capturado - estornado - (aberta?.situacao === 'PERDIDA' ? aberta.retido : 0));
  }

  /** The payer disputes so much, also what was given back already. */
  disputar(parcela: number, valorCentavos: number): void {
    const cobranca = this.cobrancas.get(parcela);
    if (!cobranca || cobranca.capturado === 0 || cobranca.disputa) return;
    this.contarDisputa(parcela, cobranca, 'ABERTA', Math.min(valorCentavos, cobranca.capturado));
  }

  /** The bank decides, or changes its mind; `desistir` = what the provider will not refund is kept, not paid otherwise. */
  decidirDisputa(parcela: number, situacao: 'GANHA' | 'PERDIDA', desistir: boolean): void {
    const cobranca = this.cobrancas.get(parcela);
    const { situacao: antes, retido } = cobranca?.disputa ?? {};
    if (!cobranca || retido === undefined || antes === 'GANHA' || antes === situacao) return;
    this.contarDisputa(parcela, cobranca, situacao, situacao === 'GANHA' ? 0 : Math.ceil(retido / 2));
    const { esperando } = cobranca;
    cobranca.esperando = [];
    for (const valor of esperando) {
      const baixadoCentavos = desistir && situacao === 'PERDIDA' ? Math.min(valor, this.restante(cobranca)) : 0;
      if (baixadoCentavos === 0) {
        this.estornar(parcela, valor, 'RESERVA');
        continue;
      }
      // It is not owed any more, and must not be given to the next one that waits.
      cobranca.capturado -= baixadoCentavos;
      this.baixado += baixadoCentavos;
      this.correio.push({ type: 'pagamento-estornado', parcela, valorCentavos: 0, origem: 'RESERVA', baixadoCentavos });
    }
  }

  private contarDisputa(
    parcela: number,
    cobranca: CobrancaDoMundo,
    situacao: 'ABERTA' | 'GANHA' | 'PERDIDA',
    retido: number,
  ): void {
    const sequencia = (cobranca.disputa?.sequencia ?? 0) + 1;
    cobranca.disputa = { situacao, retido, sequencia };
    this.correio.push(disputa(situacao, retido, sequencia, parcela));
  }

  entregar(indice: number): void {
    const [carta] = this.correio.splice(indice % Math.max(1, this.correio.length), 1);
    if (carta) this.dizer(carta);
  }

  get liquidoCentavos(): number {
    return [...this.cobrancas.values()].reduce((soma, cobranca) => soma + this.restante(cobranca), this.baixado);
  }
}

describe('reserva, saga e provedor juntos', () => {
  const acao = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ tipo: fc.constant('pagar' as const), parcela: fc.integer({ min: 1, max: 5 }) }),
    },
    { weight: 6, arbitrary: fc.record({ tipo: fc.constant('entregar' as const), indice: fc.nat({ max: 9 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ tipo: fc.constant('encerrar' as const), parcela: fc.integer({ min: 1, max: 3 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ tipo: fc.constant('repetir' as const), parcela: fc.integer({ min: 1, max: 5 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ tipo: fc.constant('remarcar' as const), valor: fc.integer({ min: 0, max: 200 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        tipo: fc.constant('estornar' as const),
        parcela: fc.integer({ min: 1, max: 3 }),
        valor: fc.integer({ min: 1, max: 9_000 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        tipo: fc.constant('disputar' as const),
        parcela: fc.integer({ min: 1, max: 3 }),
        valor: fc.integer({ min: 1, max: 9_000 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        tipo: fc.constant('decidirDisputa' as const),
        parcela: fc.integer({ min: 1, max: 3 }),
        situacao: fc.constantFrom('GANHA' as const, 'PERDIDA' as const),
        desistir: fc.boolean(),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        tipo: fc.constantFrom(
          'prazo',
          'cancelar',
          'cancelarAdmin',
          'recusar',
          'aprovar',
          'avancar',
          'presenca',
          'pix',
          'maisTempo',
        ),
      }),
    },
  );

  it('em qualquer ordem, com repetições, perdas de corrida, disputas e devoluções por fora: o que a reserva crê pago é o que ficou', () => {
    fc.assert(
      fc.property(
        fc.array(acao, { maxLength: 40 }),
        fc.constantFrom(compra, comSinal),
        fc.boolean(),
        fc.boolean(),
        (acoes, qualCompra, requerAprovacao, horarioLivre) => {
          const mundo = new Mundo(qualCompra, requerAprovacao, horarioLivre);
          for (const passo of acoes)
            switch (passo.tipo) {
              case 'pagar':
                mundo.pagar(passo.parcela);
                break;
              case 'entregar':
                mundo.entregar(passo.indice);
                break;
              case 'repetir': {
                const cobranca = mundo.cobrancas.get(passo.parcela);
                if (cobranca && cobranca.capturado > 0)
                  mundo.dizer(aprovado(passo.parcela, `p${passo.parcela}`, cobranca.valor));
                break;
              }
              case 'remarcar': {
                const mudancas = [{ reservaId: 'r1', inicio: passo.valor * 100, fim: 0 }];
                mundo.dizer({ type: 'remarcacao-pedida', mudancas, porAdmin: false });
                break;
              }
              case 'estornar':
                mundo.estornar(passo.parcela, passo.valor, 'ADMIN');
                break;
              case 'disputar':
                mundo.disputar(passo.parcela, passo.valor);
                break;
              case 'decidirDisputa':
                mundo.decidirDisputa(passo.parcela, passo.situacao, passo.desistir);
                break;
              case 'encerrar':
                mundo.encerrarNoPainel(passo.parcela);
                break;
              case 'prazo':
                if (mundo.saga.prazo === null) break;
                if (mundo.saga.passo === 'CONFERINDO') mundo.desistiu = true;
                mundo.dizer(prazo);
                break;
              case 'cancelar':
                mundo.desistiu = true;
                mundo.dizer(cancelamento);
                break;
              case 'cancelarAdmin':
                mundo.desistiu = true;
                mundo.dizer({ type: 'cancelamento-pedido', motivo: 'ADMIN' });
                break;
              case 'recusar':
                mundo.dizer(recusado);
                break;
              case 'aprovar':
                mundo.dizer({ type: 'aprovacao-dada' });
                break;
              case 'avancar':
                mundo.agora += 400 * HORA_MS;
                break;
              case 'presenca':
                mundo.dizer({ type: 'presenca-vencida', reservaId: 'r1' });
                break;
              case 'maisTempo':
                mundo.dizer({ type: 'mais-tempo-pedido', agora: Date.parse(mundo.saga.prazo ?? EXPIRA) - 1 });
                break;
              case 'pix':
                mundo.dizer({
                  type: 'pagamento-em-processamento',
                  parcela: mundo.saga.parcela,
                  expiraEm: LIMITE,
                });
                break;
            }
          // Everything that is under way comes to its end.
          while (mundo.correio.length > 0) mundo.entregar(0);
          for (let voltas = 0; mundo.saga.prazo !== null && voltas < 10; voltas++) {
            mundo.dizer(prazo);
            while (mundo.correio.length > 0) mundo.entregar(0);
          }
          for (const [parcela, { disputa: ultima }] of mundo.cobrancas) {
            if (ultima?.situacao !== 'ABERTA') continue;
            mundo.decidirDisputa(parcela, parcela % 2 === 0 ? 'GANHA' : 'PERDIDA', horarioLivre);
            while (mundo.correio.length > 0) mundo.entregar(0);
          }
          const { reserva, saga } = mundo;
          if (reserva.status === 'INEXISTENTE') throw new Error('a reserva sumiu');
          expect(saga.prazo).toBeNull();
          expect(saga.estornosPendentes).toBe(0);
          expect(reserva.pagoCentavos).toBe(mundo.liquidoCentavos);
          expect(['CONFIRMADA', 'CONCLUIDA', 'NAO_COMPARECEU', 'CANCELADA']).toContain(reserva.status);
          expect(reserva.status === 'CANCELADA').toBe(saga.passo === 'ENCERRADA');
          // Paid in time is kept, however late that was heard.
          if (mundo.pagaATempo && !mundo.desistiu) expect(reserva.pagamentoId).toBe('p1');
          // A stranger's money stays with nobody: no capture of a booking that was never confirmed.
          if (reserva.status === 'CANCELADA' && reserva.pagamentoId === null)
            expect(mundo.liquidoCentavos).toBe(mundo.baixado);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

const soma = (valores: readonly number[]): number => valores.reduce((total, valor) => total + valor, 0);

/** Bookings that one payment paid together; pagamentos answers at once. */
class PagasJuntas {
  private reservas: Reserva[];
  private saga: SagaReserva;
  readonly capturado: number;
  estornado = 0;
  disputado = 0;
  levado = 0;
  situacao: 'ABERTA' | 'GANHA' | 'PERDIDA' | null = null;
  sequencia = 0;
  /** What each that was cancelled before a bank had taken anything of it keeps in the end. */
  readonly fica = new Map<number, number>();

  constructor(quantas: number) {
    const [inicio, fim] = [new Date(INICIO).toISOString(), new Date(INICIO + HORA_MS).toISOString()];
    this.reservas = Array.from({ length: quantas }, (_, indice) =>
      criar({
        reservaId: `r${indice}`,
        clienteId: 'c1',
        espacoId: 'e1',
        espacoNome: 'Sala Ipê',
        cidade: 'São Paulo',
        inicio,
        fim,
        fuso: 'America/Sao_Paulo',
        valorCentavos: 5_000,
        moeda: 'BRL',
        unidades: ['u1'],
        ocupacao: { inicio, fim },
        expiraEm: EXPIRA,
        politicaCancelamento: [
          { horasAntes: 48, percentual: 100 },
          { horasAntes: 24, percentual: 50 },
        ],
      }).reduce(evoluir, INEXISTENTE),
    );
    this.reservas = this.reservas.map((reserva) => confirmar(reserva, 'p1').reduce(evoluir, reserva));
    this.capturado = quantas * 5_000;
    this.saga = dado(aprovado(1, 'p1', this.capturado)).estado;
  }

  dizer(entrada: EntradaDaSaga): void {
    const [saga, ...comandos] = decidir(this.saga, entrada);
    this.saga = saga;
    for (const comando of comandos) {
      const resposta = this.executar(comando);
      if (resposta) this.dizer(resposta);
    }
  }

  private executar(comando: ComandoLocal | ComandoRemoto): EntradaDaSaga | undefined {
    switch (comando.type) {
      case 'estorno.criar.v1': {
        const { parcela, valorCentavos } = comando.data;
        expect(this.situacao).not.toBe('ABERTA');
        this.estornado += valorCentavos;
        return { type: 'pagamento-estornado', parcela, valorCentavos, origem: 'RESERVA' };
      }
      case 'CancelarReservas':
        return this.cancelar(comando.reservas ?? [], comando.motivo, 48);
      case 'RegistrarReembolso':
        this.aplicar(registrarReembolso(this.reservas, comando.valorCentavos, comando.origem));
        return undefined;
      case 'RegistrarContestacao': {
        this.aplicar(contestar(this.reservas, comando));
        const perdidas = this.reservas.flatMap((uma, indice) => (semDinheiro(uma, 0) ? [`r${indice}`] : []));
        const devidoCentavos = soma(this.reservas.map(reembolsoRetido));
        return { type: 'contestadas', semDinheiro: perdidas, devidoCentavos };
      }
      default:
        throw new Error(`não devia pedir ${comando.type}`);
    }
  }

  private aplicar(eventos: readonly EventoDaReserva[][]): void {
    this.reservas = this.reservas.map((reserva, indice) => (eventos[indice] ?? []).reduce(evoluir, reserva));
  }

  cancelar(ids: readonly string[], motivo: MotivoCancelamento, horas: number): EntradaDaSaga {
    let reembolsoCentavos = 0;
    const eventos = this.reservas.map((reserva, indice) => {
      if (reserva.status !== 'CONFIRMADA' || !ids.includes(`r${indice}`)) return [];
      const [evento] = cancelar(reserva, motivo, INICIO - horas * HORA_MS);
      if (evento?.type !== 'reserva.cancelada.v1') throw new Error('não foi cancelada');
      const devido = evento.data.reembolsoCentavos + (evento.data.reembolsoRetidoCentavos ?? 0);
      reembolsoCentavos += evento.data.reembolsoCentavos;
      if (reserva.contestacao.perdidoCentavos === 0) this.fica.set(indice, reserva.pagoCentavos - devido);
      return [evento];
    });
    this.aplicar(eventos);
    const restam = this.reservas.some(({ status }) => status === 'CONFIRMADA');
    return canceladas(reembolsoCentavos, restam);
  }

  contar(situacao: 'ABERTA' | 'GANHA' | 'PERDIDA', retido: number): void {
    this.situacao = situacao;
    this.levado = situacao === 'PERDIDA' ? retido : 0;
    this.sequencia += 1;
    this.dizer(disputa(situacao, retido, this.sequencia));
  }

  conferir(): void {
    const pago = soma(this.reservas.map((uma) => (uma.status === 'INEXISTENTE' ? 0 : uma.pagoCentavos)));
    expect(pago).toBe(Math.max(0, this.capturado - this.estornado - this.levado));
    if (this.situacao !== 'GANHA') return;
    expect(soma(this.reservas.map(reembolsoRetido))).toBe(0);
    for (const [indice, fica] of this.fica) expect(this.reservas[indice]).toMatchObject({ pagoCentavos: fica });
  }
}

describe('reservas pagas juntas', () => {
  const passo = fc.oneof(
    fc.record({ tipo: fc.constant('abrir' as const), centavos: fc.integer({ min: 1, max: 15_000 }) }),
    fc.record({
      tipo: fc.constant('cancelar' as const),
      qual: fc.nat({ max: 2 }),
      motivo: fc.constantFrom('CLIENTE' as const, 'ADMIN' as const),
      horas: fc.constantFrom(48, 24, 1),
    }),
    fc.record({ tipo: fc.constant('perder' as const), devolvido: fc.nat({ max: 15_000 }) }),
    fc.record({ tipo: fc.constantFrom('perderTudo' as const, 'ganhar' as const) }),
  );

  it('canceladas, disputadas, perdidas em parte ou de todo e ganhas, em qualquer ordem: o que dizem é o que há, e o devido volta', () => {
    fc.assert(
      fc.property(fc.array(passo, { maxLength: 12 }), fc.integer({ min: 1, max: 3 }), (passos, quantas) => {
        const juntas = new PagasJuntas(quantas);
        for (const feito of passos) {
          if (feito.tipo === 'cancelar') {
            const { qual, motivo, horas } = feito;
            juntas.dizer(juntas.cancelar([`r${qual}`], motivo, horas));
          } else if (feito.tipo === 'abrir') {
            if (juntas.situacao !== null) continue;
            juntas.disputado = Math.min(feito.centavos, juntas.capturado);
            juntas.contar('ABERTA', juntas.disputado);
          } else if (juntas.situacao === null) continue;
          else if (feito.tipo === 'ganhar') juntas.contar('GANHA', 0);
          else {
            // What a bank has taken it takes more of, or returns wholly.
            const devolvido = feito.tipo === 'perder' ? Math.min(feito.devolvido, juntas.disputado) : 0;
            juntas.contar('PERDIDA', Math.max(juntas.levado, juntas.disputado - devolvido));
          }
          juntas.conferir();
        }
        if (juntas.situacao !== null) juntas.contar('GANHA', 0);
        juntas.conferir();
      }),
      { numRuns: 2_000 },
    );
  });
});
