import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DadosDaReserva } from './reserva.js';
import { decidir, type EntradaDaSaga, iniciar, type PassoDaSaga, type SagaReserva } from './saga-reserva.js';

const dados: DadosDaReserva = {
  reservaId: 'r1',
  clienteId: 'c1',
  espacoId: 'e1',
  espacoNome: 'Sala Ipê',
  cidade: 'São Paulo',
  inicio: '2030-01-01T13:00:00.000Z',
  fim: '2030-01-01T14:00:00.000Z',
  fuso: 'America/Sao_Paulo',
  valorCentavos: 9_000,
  moeda: 'BRL',
};
const EXPIRA = '2029-12-31T13:00:00.000Z';
const aprovado = (pagamentoId = 'p1'): EntradaDaSaga => ({
  type: 'pagamento-aprovado',
  pagamentoId,
  valorCentavos: 9_000,
});

/** Given what the saga was told, the state it is in; then the commands of the last step. */
function dado(...entradas: EntradaDaSaga[]) {
  let passo: PassoDaSaga = iniciar(dados, EXPIRA);
  for (const entrada of entradas) passo = decidir(passo[0], entrada);
  const [estado, ...comandos] = passo;
  return { estado, comandos: comandos.map(({ type }) => type) };
}

describe('saga da reserva', () => {
  it('ao começar, cobra e espera até o fim da retenção', () => {
    expect(dado()).toMatchObject({
      estado: { passo: 'COBRANDO', prazo: EXPIRA },
      comandos: ['cobranca.criar.v1'],
    });
  });

  it('sem nada a cobrar, confirma na hora', () => {
    const [estado, ...comandos] = iniciar({ ...dados, valorCentavos: 0 }, EXPIRA);
    expect(estado).toMatchObject({ passo: 'CONFIRMADA', prazo: null });
    expect(comandos).toEqual([{ type: 'ConfirmarReserva', pagamentoId: null }]);
  });

  it('paga, confirma e não espera mais nada', () => {
    expect(dado({ type: 'pagamento-criado' }, aprovado())).toMatchObject({
      estado: { passo: 'CONFIRMADA', prazo: null, pagamentoId: 'p1' },
      comandos: ['ConfirmarReserva'],
    });
  });

  it('recusada, ainda espera por outro cartão', () => {
    expect(dado({ type: 'pagamento-recusado' })).toMatchObject({
      estado: { passo: 'COBRANDO', recusas: 1, prazo: EXPIRA },
      comandos: [],
    });
    expect(dado({ type: 'pagamento-recusado' }, aprovado()).comandos).toEqual(['ConfirmarReserva']);
  });

  it.each([
    ['PAGAMENTO_EXPIRADO', []],
    ['PAGAMENTO_RECUSADO', [{ type: 'pagamento-recusado' } as const]],
  ])('vencido o prazo, cancela por %s e encerra a cobrança', (motivo, antes) => {
    const [estado, ...comandos] = decidir(dado(...antes).estado, { type: 'prazo-vencido' });
    expect(estado).toMatchObject({ passo: 'ENCERRANDO_COBRANCA', retomavel: true, prazo: null });
    expect(comandos).toEqual([
      { type: 'CancelarReserva', motivo },
      { type: 'cobranca.cancelar.v1', data: { reservaId: 'r1' } },
    ]);
  });

  it('o dinheiro que chega depois do prazo tenta retomar o horário', () => {
    expect(dado({ type: 'prazo-vencido' }, aprovado()).comandos).toEqual(['RetomarReserva']);
  });

  it.each([
    [true, 'CONFIRMADA', []],
    [false, 'ESTORNANDO', ['estorno.criar.v1']],
  ])('retomada com sucesso = %s leva a %s', (conseguiu, passo, comandos) => {
    const fim = dado({ type: 'prazo-vencido' }, aprovado(), {
      type: 'retomada',
      pagamentoId: 'p1',
      valorCentavos: 9_000,
      conseguiu,
    });
    expect(fim).toMatchObject({ estado: { passo, pagamentoId: 'p1' }, comandos });
  });

  it('o dinheiro que chega depois de o cliente desistir volta inteiro, sem retomar', () => {
    const desistencia = { type: 'cancelamento-pedido', motivo: 'CLIENTE' } as const;
    expect(dado(desistencia).comandos).toEqual(['CancelarReserva', 'cobranca.cancelar.v1']);
    expect(dado(desistencia, aprovado())).toMatchObject({
      estado: { passo: 'ESTORNANDO' },
      comandos: ['estorno.criar.v1'],
    });
  });

  it('cancelada depois de confirmada, devolve o que a política manda', () => {
    const cancelada = (reembolsoCentavos: number) =>
      dado(
        aprovado(),
        { type: 'cancelamento-pedido', motivo: 'CLIENTE' },
        { type: 'reserva-cancelada', reembolsoCentavos },
      );
    expect(cancelada(4_500)).toMatchObject({ estado: { passo: 'ESTORNANDO' }, comandos: ['estorno.criar.v1'] });
    expect(cancelada(0)).toMatchObject({ estado: { passo: 'ENCERRADA' }, comandos: [] });
  });

  it('encerra quando o estorno ou o fim da cobrança se confirmam', () => {
    expect(dado({ type: 'prazo-vencido' }, { type: 'pagamento-cancelado' }).estado.passo).toBe('ENCERRADA');
    const estornando = [
      { type: 'cancelamento-pedido', motivo: 'CLIENTE' } as const,
      aprovado(),
      { type: 'pagamento-estornado' } as const,
    ];
    expect(dado(...estornando).estado.passo).toBe('ENCERRADA');
  });

  it('o dinheiro que aparece depois de tudo encerrado volta uma vez, ainda que seja contado duas', () => {
    const encerrada = [{ type: 'prazo-vencido' }, { type: 'pagamento-cancelado' }] as const;
    expect(dado(...encerrada, aprovado()).comandos).toEqual(['estorno.criar.v1']);
    expect(dado(...encerrada, aprovado(), aprovado()).comandos).toEqual([]);
  });

  it('um segundo pagamento, que ninguém quer, é devolvido', () => {
    expect(dado(aprovado('p1'), aprovado('p2'))).toMatchObject({
      estado: { passo: 'CONFIRMADA', pagamentoId: 'p1' },
      comandos: ['estorno.criar.v1'],
    });
  });

  /** Plays the other side: what the booking answers to the saga's own commands. */
  function resultado(comando: PassoDaSaga[1], horarioLivre: boolean): EntradaDaSaga | undefined {
    if (comando?.type === 'RetomarReserva') return { ...comando, type: 'retomada', conseguiu: horarioLivre };
    if (comando?.type === 'CancelarReserva') return { type: 'reserva-cancelada', reembolsoCentavos: 9_000 };
    return undefined;
  }

  it('em qualquer ordem e repetição: o dinheiro capturado fica com uma reserva confirmada, ou volta uma vez', () => {
    const entrada = fc.constantFrom<EntradaDaSaga>(
      { type: 'pagamento-criado' },
      { type: 'pagamento-recusado' },
      { type: 'prazo-vencido' },
      { type: 'cancelamento-pedido', motivo: 'CLIENTE' },
      aprovado(),
    );
    fc.assert(
      fc.property(fc.array(entrada, { maxLength: 12 }), fc.boolean(), (entradas, horarioLivre) => {
        let estado: SagaReserva = iniciar(dados, EXPIRA)[0];
        let confirmada = false;
        let estornos = 0;
        const contar = (recebida: EntradaDaSaga): void => {
          const [depois, ...comandos] = decidir(estado, recebida);
          estado = depois;
          for (const comando of comandos) {
            if (comando.type === 'ConfirmarReserva') confirmada = true;
            if (comando.type === 'estorno.criar.v1') estornos++;
            // The booking itself refuses a second cancellation; the saga then hears nothing.
            if (comando.type === 'CancelarReserva' && !confirmada && estado.passo !== 'ENCERRANDO_COBRANCA') continue;
            const resposta = resultado(comando, horarioLivre);
            if (resposta?.type === 'retomada' && resposta.conseguiu) confirmada = true;
            if (resposta?.type === 'reserva-cancelada') confirmada = false;
            if (resposta) contar(resposta);
          }
        };
        for (const recebida of entradas) contar(recebida);
        const pago = entradas.some(({ type }) => type === 'pagamento-aprovado');
        if (pago) expect(estornos).toBe(confirmada ? 0 : 1);
        else expect({ confirmada, estornos }).toEqual({ confirmada: false, estornos: 0 });
      }),
      { numRuns: 500 },
    );
  });
});
