import { faltando, type ReservaComPagamento } from '@plataforma/bff';
import {
  type DisponibilidadeHttp,
  type EspacoHttp,
  type EspacosHttp,
  id,
  instante,
  pagina,
  type ReservaHttp,
  type ReservasHttp,
  statusPagamento,
  statusReserva,
  tipoEspaco,
} from '@plataforma/contracts';
import { z } from 'zod';
import type { Idioma } from './idioma.js';

const foto = z.string().nullable().describe('A primeira do espaço');
const data = z.string().describe('dd/MM/aaaa, no fuso do espaço');
const horario = z.string().describe('HH:mm - HH:mm, no fuso do espaço');
const valor = z.string().describe('Com a moeda, no idioma pedido');

export const reservaMobile = z.object({ id, espaco: z.string(), foto, data, horario, valor, status: statusReserva });
export const reservasMobile = pagina(reservaMobile);
export const reservaDetalhadaMobile = reservaMobile.extend({
  pagamento: z
    .object({ status: statusPagamento, clientSecret: z.string().nullable().describe('Para o SDK do Stripe') })
    .nullable(),
  faltando,
});

const resumoDoEspaco = z.object({
  id,
  nome: z.string(),
  tipo: tipoEspaco,
  cidade: z.string(),
  capacidade: z.int(),
  foto,
  precoHora: valor,
});
export const espacosMobile = pagina(resumoDoEspaco);
export const espacoMobile = resumoDoEspaco.extend({
  descricao: z.string(),
  endereco: z.string(),
  recursos: z.array(z.string()),
  duracaoMinimaMinutos: z.int(),
  duracaoMaximaMinutos: z.int(),
  passoMinutos: z.int(),
});
export const disponibilidadeMobile = z.object({
  livres: z.array(z.object({ inicio: instante, fim: instante, data, horario })),
  inicios: z.array(z.object({ inicio: instante, data, hora: z.string().describe('HH:mm, no fuso do espaço') })),
});

/** Both languages write the date as day, month, year. */
const LOCALES = { 'pt-BR': 'pt-BR', en: 'en-GB' } as const satisfies Record<Idioma, string>;

/** Making a formatter costs far more than using it, and there are only so many zones. */
function remembered<Key extends string, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

const dateIn = remembered(
  (timeZone: string) =>
    new Intl.DateTimeFormat('pt-BR', { timeZone, day: '2-digit', month: '2-digit', year: 'numeric' }),
);
const timeIn = remembered(
  (timeZone: string) =>
    new Intl.DateTimeFormat('pt-BR', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
);
const reais = remembered(
  (idioma: Idioma) => new Intl.NumberFormat(LOCALES[idioma], { style: 'currency', currency: 'BRL' }),
);

const formatarData = (fuso: string, quando: string) => dateIn(fuso).format(new Date(quando));
const formatarHora = (fuso: string, quando: string) => timeIn(fuso).format(new Date(quando));
const formatarHorario = (fuso: string, { inicio, fim }: { inicio: string; fim: string }) =>
  `${formatarHora(fuso, inicio)} - ${formatarHora(fuso, fim)}`;
const formatarValor = (idioma: Idioma, centavos: number) => reais(idioma).format(centavos / 100);

export const apresentarReserva = (reserva: ReservaHttp, idioma: Idioma): z.output<typeof reservaMobile> => ({
  id: reserva.id,
  espaco: reserva.espaco.nome,
  foto: reserva.espaco.fotos[0] ?? null,
  data: formatarData(reserva.fuso, reserva.inicio),
  horario: formatarHorario(reserva.fuso, reserva),
  valor: formatarValor(idioma, reserva.valorCentavos),
  status: reserva.status,
});

export const apresentarReservas = (
  { itens, proximo }: ReservasHttp,
  idioma: Idioma,
): z.output<typeof reservasMobile> => ({
  itens: itens.map((reserva) => apresentarReserva(reserva, idioma)),
  proximo,
});

export const apresentarDetalhe = (
  { reserva, pagamento, faltando }: ReservaComPagamento,
  idioma: Idioma,
): z.output<typeof reservaDetalhadaMobile> => ({
  ...apresentarReserva(reserva, idioma),
  pagamento: pagamento && { status: pagamento.status, clientSecret: pagamento.provedor?.clientSecret ?? null },
  faltando,
});

const resumirEspaco = (espaco: EspacoHttp, idioma: Idioma): z.output<typeof resumoDoEspaco> => ({
  id: espaco.id,
  nome: espaco.nome,
  tipo: espaco.tipo,
  cidade: espaco.cidade,
  capacidade: espaco.capacidade,
  foto: espaco.fotos[0] ?? null,
  precoHora: formatarValor(idioma, espaco.precoHoraCentavos),
});

export const apresentarEspacos = ({ itens, proximo }: EspacosHttp, idioma: Idioma): z.output<typeof espacosMobile> => ({
  itens: itens.map((espaco) => resumirEspaco(espaco, idioma)),
  proximo,
});

export const apresentarEspaco = (espaco: EspacoHttp, idioma: Idioma): z.output<typeof espacoMobile> => ({
  ...resumirEspaco(espaco, idioma),
  descricao: espaco.descricao,
  endereco: espaco.endereco,
  recursos: espaco.recursos,
  duracaoMinimaMinutos: espaco.duracaoMinimaMinutos,
  duracaoMaximaMinutos: espaco.duracaoMaximaMinutos,
  passoMinutos: espaco.passoMinutos,
});

export const apresentarDisponibilidade = ({
  fuso,
  livres,
  inicios,
}: DisponibilidadeHttp): z.output<typeof disponibilidadeMobile> => ({
  livres: livres.map((livre) => ({
    ...livre,
    data: formatarData(fuso, livre.inicio),
    horario: formatarHorario(fuso, livre),
  })),
  inicios: inicios.map((inicio) => ({ inicio, data: formatarData(fuso, inicio), hora: formatarHora(fuso, inicio) })),
});
