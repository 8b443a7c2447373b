import type { EdicaoDeEspacoHttp, EspacoHttp } from '@plataforma/contracts';

export const DIA_MINUTOS = 1_440;

/** What each part of the editor shows, and changes. */
export interface ParteDaEdicao {
  readonly edicao: EdicaoDeEspacoHttp;
  readonly mudar: (parte: Partial<EdicaoDeEspacoHttp>) => void;
  /** What was refused, by field. */
  readonly erros: Readonly<Record<string, string>>;
}

/** A room on weekdays from 8 to 20, until its house says otherwise. */
export const NOVO: EdicaoDeEspacoHttp = {
  nome: '',
  tipo: 'SALA',
  descricao: '',
  cidade: '',
  endereco: '',
  fuso: 'America/Sao_Paulo',
  capacidade: 8,
  fotos: [],
  recursos: [],
  horarios: [1, 2, 3, 4, 5].map((diaSemana) => ({ diaSemana, abre: '08:00', fecha: '20:00' })),
  excecoes: [],
  horariosEmFeriado: [],
  folgaAntesMinutos: 0,
  folgaDepoisMinutos: 0,
  unidadeDuracao: 'MINUTO',
  duracaoMinimaMinutos: 60,
  duracaoMaximaMinutos: 480,
  passoMinutos: 30,
  antecedenciaMinimaMinutos: 0,
  horizonteDias: 90,
  cotaReservasAtivas: null,
  cotaHorasSemana: null,
  requerAprovacao: false,
  prazoAprovacaoHoras: 48,
  precoHoraCentavos: 10_000,
  precoDiaCentavos: null,
  regrasDePreco: [],
  precoMinimoCentavos: 0,
  sinalPercentual: null,
  saldoHorasAntes: 48,
  exigeCheckin: false,
  toleranciaMinutos: 15,
  politicaCancelamento: [{ horasAntes: 24, percentual: 100 }],
  retencaoSegundos: null,
  prorrogacaoMaximaMinutos: 15,
  quantidadeUnidades: 1,
  partes: [],
};

/** A space as it would be written to stay as it is. */
export function edicaoDe(espaco: EspacoHttp): EdicaoDeEspacoHttp {
  const { id: _id, versao: _v, situacao: _s, unidades, moeda: _m, restrito: _r, alteradoEm: _a, ...regras } = espaco;
  return { ...regras, quantidadeUnidades: espaco.partes.length > 0 ? 1 : unidades };
}
