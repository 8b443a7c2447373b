import { randomUUID } from 'node:crypto';
import type { CloudEvent, MessageData, MessageType } from '@plataforma/contracts';
import type { TestBroker } from '@plataforma/testing';

type Comando = CloudEvent<'cobranca.criar.v1'> | CloudEvent<'cobranca.cancelar.v1'> | CloudEvent<'estorno.criar.v1'>;
type Resposta = {
  [T in MessageType]: { readonly id: string; readonly tipo: T; readonly dados: MessageData<T> };
}[MessageType];

/** What pagamentos knows of one charge, centavos. */
interface Cobranca {
  readonly reservaId: string;
  readonly parcela: number;
  readonly pagamentoId: string;
  readonly valorCentavos: number;
  estado: 'ABERTA' | 'PAGA' | 'ENCERRADA';
  estornadoCentavos: number;
}

/** How what pagamentos has to say travels: each message at once or later, once or twice, and in which order. */
export interface Entrega {
  /** Commands are left waiting until the next delivery, so that what they end may still be paid. */
  readonly atrasa: boolean;
  readonly repete: boolean;
  /** Turns the order of the answers around by so much. */
  readonly ordem: number;
}

const COMANDOS: ReadonlySet<string> = new Set(['cobranca.criar.v1', 'cobranca.cancelar.v1', 'estorno.criar.v1']);
const chave = (reservaId: string, parcela: number) => `${reservaId}/${parcela}`;

/**
 * pagamentos as reservas meets it on the broker: obeys the commands that were published, and tells what became of
 * them, late, twice or out of order. Its books are what the bookings' beliefs are compared with.
 */
export class PagamentosEncenado {
  private readonly cobrancas = new Map<string, Cobranca>();
  private readonly vistos = new Set<string>();
  private lidos = 0;
  private readonly aFazer: Comando[] = [];
  private aDizer: Resposta[] = [];
  /** Ids of everything said. */
  readonly ditas = new Set<string>();

  constructor(private readonly broker: TestBroker) {}

  /** Commands and events of reservas that have come here, by id. */
  get recebidos(): ReadonlySet<string> {
    this.ler();
    return this.vistos;
  }

  /** Opens the charges that were asked for, ahead of everything else. */
  abrirCobrancas(): void {
    this.ler();
    const adiadas = this.aFazer.splice(0).filter((comando) => {
      if (comando.type === 'cobranca.criar.v1') this.obedecer(comando);
      return comando.type !== 'cobranca.criar.v1';
    });
    this.aFazer.push(...adiadas);
  }

  abertas(de: ReadonlySet<string>): Cobranca[] {
    return [...this.cobrancas.values()].filter(({ reservaId, estado }) => estado === 'ABERTA' && de.has(reservaId));
  }

  pagas(de: ReadonlySet<string>): Cobranca[] {
    return [...this.cobrancas.values()].filter(({ reservaId, estado }) => estado === 'PAGA' && de.has(reservaId));
  }

  /** Whether what is paid first of a purchase was. */
  primeiraPaga(reservaId: string): boolean {
    return this.cobrancas.get(chave(reservaId, 1))?.estado === 'PAGA';
  }

  /** Captured less refunded of all charges of one purchase. */
  saldo(reservaId: string): number {
    return this.pagas(new Set([reservaId])).reduce(
      (soma, { valorCentavos, estornadoCentavos }) => soma + valorCentavos - estornadoCentavos,
      0,
    );
  }

  pagar(cobranca: Cobranca): void {
    if (cobranca.estado !== 'ABERTA') return;
    cobranca.estado = 'PAGA';
    this.dizer('pagamento.aprovado.v1', { ...dados(cobranca), aprovadoEm: new Date().toISOString() });
  }

  /** Somebody ends it at the provider's desk, once too often for another attempt. */
  encerrarNoPainel(cobranca: Cobranca): void {
    if (cobranca.estado !== 'ABERTA') return;
    cobranca.estado = 'ENCERRADA';
    this.dizer('pagamento.cancelado.v1', dados(cobranca));
  }

  recusar(cobranca: Cobranca): void {
    this.dizer('pagamento.recusado.v1', { ...dados(cobranca), motivo: 'card_declined' });
  }

  /** The payer chose a means that lasts another half hour. */
  processar(cobranca: Cobranca): void {
    const expiraEm = new Date(Date.now() + 1_800_000).toISOString();
    this.dizer('pagamento.em-processamento.v1', { ...dados(cobranca), metodo: 'PIX', expiraEm });
  }

  /** Money goes back that reservas did not ask for. */
  devolverPorFora(cobranca: Cobranca, fracao: number): void {
    this.estornar(cobranca, Math.ceil(cobranca.valorCentavos * fracao), randomUUID(), 'ADMIN');
  }

  /** Obeys what has come, unless it is to wait, and says what there is to say. Whether there was anything. */
  async entregar({ atrasa, repete, ordem }: Entrega): Promise<boolean> {
    this.ler();
    const comandos = atrasa ? [] : this.aFazer.splice(0);
    for (const comando of comandos) this.obedecer(comando);
    const respostas = this.aDizer;
    this.aDizer = [];
    const meio = respostas.length === 0 ? 0 : ordem % respostas.length;
    const embaralhadas = [...respostas.slice(meio).reverse(), ...respostas.slice(0, meio)];
    for (const { id, tipo, dados } of [...embaralhadas, ...(repete ? embaralhadas : [])]) {
      await this.broker.publish(tipo, dados, { id });
      this.ditas.add(id);
    }
    // Told again with another id: the inbox does not know it, and the saga must.
    if (repete)
      for (const { tipo, dados } of embaralhadas)
        if (tipo === 'pagamento.aprovado.v1') this.ditas.add((await this.broker.publish(tipo, dados)).id);
    return comandos.length > 0 || respostas.length > 0;
  }

  private ler(): void {
    for (; this.lidos < this.broker.published.length; this.lidos++) {
      const evento = this.broker.published[this.lidos];
      if (!evento || this.vistos.has(evento.id)) continue;
      this.vistos.add(evento.id);
      if (COMANDOS.has(evento.type)) this.aFazer.push(evento as Comando);
    }
  }

  private obedecer(comando: Comando): void {
    const { reservaId, parcela = 1 } = comando.data;
    const cobranca = this.cobrancas.get(chave(reservaId, parcela));
    if (comando.type === 'cobranca.criar.v1') {
      const nova = { reservaId, parcela, pagamentoId: randomUUID(), valorCentavos: comando.data.valorCentavos };
      this.cobrancas.set(chave(reservaId, parcela), { ...nova, estado: 'ABERTA', estornadoCentavos: 0 });
      this.dizer('pagamento.criado.v1', { ...nova, moeda: 'BRL', metodos: ['CARTAO', 'PIX'] });
      return;
    }
    if (!cobranca) throw new Error(`${comando.type} de uma cobrança que não existe: ${chave(reservaId, parcela)}`);
    if (comando.type === 'estorno.criar.v1') this.estornar(cobranca, comando.data.valorCentavos, comando.id, 'RESERVA');
    else if (cobranca.estado !== 'PAGA') {
      cobranca.estado = 'ENCERRADA';
      this.dizer('pagamento.cancelado.v1', dados(cobranca));
    }
  }

  /** At most what is left of the charge. */
  private estornar(cobranca: Cobranca, pedido: number, estornoId: string, origem: 'RESERVA' | 'ADMIN'): void {
    const valorCentavos = Math.min(pedido, cobranca.valorCentavos - cobranca.estornadoCentavos);
    cobranca.estornadoCentavos += valorCentavos;
    const { estornadoCentavos: totalEstornadoCentavos } = cobranca;
    this.dizer('pagamento.estornado.v1', {
      ...dados(cobranca),
      valorCentavos,
      estornoId,
      totalEstornadoCentavos,
      origem,
    });
  }

  private dizer<T extends MessageType>(tipo: T, dados: MessageData<T>): void {
    this.aDizer.push({ id: randomUUID(), tipo, dados } as unknown as Resposta);
  }
}

const dados = ({ reservaId, parcela, pagamentoId, valorCentavos }: Cobranca) => ({
  reservaId,
  parcela,
  pagamentoId,
  valorCentavos,
  moeda: 'BRL' as const,
});
