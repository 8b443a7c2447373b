import type {
  CotacaoHttp,
  EspacoHttp,
  NotificacaoHttp,
  PagamentoHttp,
  ReservaHttp,
  SessaoHttp,
} from '@plataforma/contracts';
import { FakeService } from './fake-service.js';
import { TokenIssuer } from './token-issuer.js';

const CLIENTE = '0192f0c4-0000-7000-8000-00000000000a';
const RESERVA = '0192f0c4-0000-7000-8000-000000000001';

const espaco: EspacoHttp = {
  id: '0192f0c4-0000-7000-8000-0000000000e1',
  versao: 1,
  situacao: 'PUBLICADO',
  nome: 'Sala Ipê',
  tipo: 'SALA',
  descricao: 'Sala de reunião',
  cidade: 'São Paulo',
  endereco: 'Rua das Flores, 1',
  fuso: 'America/Sao_Paulo',
  capacidade: 8,
  unidades: 1,
  partes: [],
  fotos: ['https://fotos.exemplo.com/1.jpg', 'https://fotos.exemplo.com/2.jpg'],
  recursos: ['projetor'],
  horarios: [{ diaSemana: 1, abre: '08:00', fecha: '20:00' }],
  excecoes: [],
  horariosEmFeriado: [],
  folgaAntesMinutos: 0,
  folgaDepoisMinutos: 0,
  duracaoMinimaMinutos: 30,
  duracaoMaximaMinutos: 480,
  passoMinutos: 30,
  antecedenciaMinimaMinutos: 0,
  horizonteDias: null,
  cotaReservasAtivas: null,
  cotaHorasSemana: null,
  requerAprovacao: false,
  prazoAprovacaoHoras: 48,
  unidadeDuracao: 'MINUTO',
  precoHoraCentavos: 8_000,
  precoDiaCentavos: null,
  regrasDePreco: [],
  precoMinimoCentavos: 0,
  sinalPercentual: null,
  saldoHorasAntes: 48,
  exigeCheckin: false,
  toleranciaMinutos: 15,
  moeda: 'BRL',
  politicaCancelamento: [{ horasAntes: 24, percentual: 100 }],
  retencaoSegundos: null,
  prorrogacaoMaximaMinutos: 15,
  alteradoEm: '2026-11-01T12:00:00.000Z',
};

const reserva: ReservaHttp = {
  id: RESERVA,
  status: 'PENDENTE_PAGAMENTO',
  motivo: null,
  espaco: { id: espaco.id, nome: espaco.nome, cidade: espaco.cidade, endereco: espaco.endereco, fotos: espaco.fotos },
  clienteId: CLIENTE,
  inicio: '2026-12-02T00:30:00.000Z',
  fim: '2026-12-02T02:00:00.000Z',
  fuso: 'America/Sao_Paulo',
  valorCentavos: 123_450,
  reembolsoCentavos: 0,
  moeda: 'BRL',
  conferindoPagamento: false,
  prorrogavel: false,
  expiraEm: '2026-11-30T12:15:00.000Z',
  pagamentoId: '0192f0c4-0000-7000-8000-0000000000c1',
  cobrancaId: RESERVA,
  serieId: null,
  pagoCentavos: 0,
  saldo: null,
  contestacao: null,
  reembolsoRetidoCentavos: 0,
  remarcacao: null,
  preco: [],
  cupom: null,
  espacoVersao: 1,
  checkin: null,
  iniciada: false,
  justificativa: null,
  titulo: null,
  nota: null,
  pessoas: null,
  feitaPorId: null,
  versao: 1,
  criadaEm: '2026-11-30T12:00:00.000Z',
};

const pagamento: PagamentoHttp = {
  id: '0192f0c4-0000-7000-8000-0000000000c1',
  reservaId: RESERVA,
  parcela: 1,
  finalidade: 'INTEGRAL',
  status: 'PENDENTE',
  valorCentavos: reserva.valorCentavos,
  estornadoCentavos: 0,
  moeda: 'BRL',
  metodos: ['CARTAO', 'PIX'],
  provedor: { paymentIntentId: 'pi_1', clientSecret: 'pi_1_secret_2' },
  ultimaRecusa: null,
  criadoEm: '2026-11-30T12:00:01.000Z',
};

const cotacao: CotacaoHttp = {
  id: '0192f0c4-0000-7000-8000-0000000000a1',
  espacoId: espaco.id,
  espacoVersao: espaco.versao,
  inicio: reserva.inicio,
  fim: reserva.fim,
  fuso: reserva.fuso,
  linhas: [
    { tipo: 'BASE', descricao: 'Preço por hora', valorCentavos: 12_000 },
    { tipo: 'CUPOM', descricao: 'Cupom BEMVINDO10', valorCentavos: -1_200 },
  ],
  totalCentavos: 10_800,
  moeda: 'BRL',
  sinal: { sinalCentavos: 3_240, saldoCentavos: 7_560, saldoVenceEm: '2026-11-30T00:30:00.000Z' },
  politicaCancelamento: espaco.politicaCancelamento,
  cupom: 'BEMVINDO10',
  expiraEm: '2026-11-22T12:15:00.000Z',
};

const notificacao: NotificacaoHttp = {
  id: '0192f0c4-0000-7000-8000-0000000000d1',
  reservaId: RESERVA,
  tipo: 'RESERVA_CONFIRMADA',
  canal: 'EMAIL',
  estado: 'ENVIADA',
  assunto: 'Reserva confirmada: Sala Ipê',
  criadaEm: '2026-11-30T12:05:00.000Z',
  enviadaEm: '2026-11-30T12:05:01.000Z',
};

const sessao: SessaoHttp = {
  tokenAcesso: 'acesso.do.usuario',
  expiraEmSegundos: 900,
  tokenRenovacao: 'r'.repeat(43),
  sessaoExpiraEm: '2126-11-30T12:00:00.000Z',
  usuario: {
    id: CLIENTE,
    nome: 'Ana',
    email: 'ana@exemplo.com',
    papeis: ['CLIENTE'],
    idioma: 'pt-BR',
    criadoEm: '2026-01-01T00:00:00.000Z',
  },
};

const SERVICES = ['reservas', 'pagamentos', 'notificacoes', 'auth'] as const;

/** The four services as a BFF sees them, each of which the test may let fail, and the issuer of tokens. */
export class FakePlatform {
  static readonly examples = { espaco, reserva, cotacao, pagamento, notificacao, sessao };

  private constructor(
    readonly issuer: TokenIssuer,
    readonly reservas: FakeService,
    readonly pagamentos: FakeService,
    readonly notificacoes: FakeService,
    readonly auth: FakeService,
  ) {
    this.reset();
  }

  static async start(): Promise<FakePlatform> {
    const [issuer, ...services] = await Promise.all([TokenIssuer.start(), ...SERVICES.map(() => FakeService.start())]);
    const [reservas, pagamentos, notificacoes, auth] = services as [FakeService, FakeService, FakeService, FakeService];
    return new FakePlatform(issuer, reservas, pagamentos, notificacoes, auth);
  }

  /** Settings that point a BFF here. */
  get settings(): Record<string, string> {
    return Object.fromEntries(SERVICES.map((name) => [`${name.toUpperCase()}_URL`, this[name].url]));
  }

  /** The token of whom the example booking belongs to. */
  token(): Promise<string> {
    return this.issuer.token(CLIENTE);
  }

  /** Every service is well, and knows the one booking of the examples. */
  /** The service whose answer the BFFs hand on under this path. */
  behind(path: string): FakeService {
    return path.startsWith('/v1/pagamentos') ? this.pagamentos : this.reservas;
  }

  reset(): void {
    for (const name of SERVICES) {
      this[name].reset();
      this[name].on('GET /health/ready', { body: { status: 'ok' } });
    }
    this.reservas.on(`GET /v1/reservas/${RESERVA}`, { body: reserva });
    this.pagamentos.on('GET /v1/pagamentos', { body: { itens: [pagamento], proximo: null } });
    this.notificacoes.on('GET /v1/notificacoes', { body: { itens: [notificacao], proximo: null } });
  }

  async stop(): Promise<void> {
    await Promise.all([this.issuer.stop(), ...SERVICES.map((name) => this[name].stop())]);
  }
}
