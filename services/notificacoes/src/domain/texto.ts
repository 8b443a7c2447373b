import { type Aviso, type Avisos, type Idioma, juntar, type MotivoCancelamento } from './entrega.js';

const motivos: Record<Idioma, Record<MotivoCancelamento, string>> = {
  'pt-BR': {
    PAGAMENTO_RECUSADO: 'o pagamento foi recusado',
    PAGAMENTO_EXPIRADO: 'o prazo de pagamento terminou',
    CLIENTE: 'você pediu o cancelamento',
    ADMIN: 'a administração do espaço a cancelou',
  },
  en: {
    PAGAMENTO_RECUSADO: 'the payment was declined',
    PAGAMENTO_EXPIRADO: 'the time to pay ran out',
    CLIENTE: 'you asked for it to be cancelled',
    ADMIN: 'the management of the space cancelled it',
  },
};

/** Amount of money as people of that language write it. */
export const formatarDinheiro = (centavos: number, moeda: string, idioma: Idioma): string =>
  new Intl.NumberFormat(idioma, { style: 'currency', currency: moeda }).format(centavos / 100);

const formatoEm = (fuso: string, idioma: Idioma): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(idioma, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: fuso,
    timeZoneName: 'short',
  });

/** A span of time on the wall clock of `fuso`, with the zone's name. */
export function formatarPeriodo(inicio: string, fim: string, fuso: string, idioma: Idioma): string {
  const formato = formatoEm(fuso, idioma);
  const [de, ate] = [new Date(inicio), new Date(fim)];
  const zona = (instante: Date) => formato.formatToParts(instante).find(({ type }) => type === 'timeZoneName')?.value;
  // `formatRange` names one zone for both ends, which is wrong for one of them when the clocks change in between.
  return zona(de) === zona(ate) ? formato.formatRange(de, ate) : `${formato.format(de)} – ${formato.format(ate)}`;
}

/** A moment on the wall clock of `fuso`, with the zone's name. */
export const formatarInstante = (instante: string, fuso: string, idioma: Idioma): string =>
  formatoEm(fuso, idioma).format(new Date(instante));

/** What a template may say of a notice, ready to be read. */
export interface CamposDoAviso {
  readonly nome: string;
  readonly espaco: string;
  readonly cidade: string;
  /** The earliest of `periodos`. */
  readonly periodo: string;
  /** In order; one for each booking that the letter is about. */
  readonly periodos: readonly string[];
  readonly valor: string;
  readonly pago?: string;
  /** What remains to be paid. */
  readonly saldo?: string;
  readonly prazo?: string;
  readonly anterior?: string;
  /** What the new time costs more. */
  readonly acrescimo?: string;
  /** What the new time costs less. */
  readonly abatimento?: string;
  readonly motivo?: string;
  readonly justificativa?: string;
  readonly reembolso?: string;
  /** What would be given back and cannot be now. */
  readonly retido?: string;
  /** What a bank has given back already. */
  readonly perdido?: string;
}

/** What a letter may say, whose notices are of the same kind and space. */
export function descreverAvisos(avisos: Avisos, nome: string, idioma: Idioma): CamposDoAviso {
  const aviso = juntar(avisos);
  const { espacoNome, cidade, valorCentavos, moeda } = aviso.reserva;
  const periodos = avisos
    .map(({ reserva }) => reserva)
    .sort((a, b) => Date.parse(a.inicio) - Date.parse(b.inicio))
    .map(({ inicio, fim, fuso }) => formatarPeriodo(inicio, fim, fuso, idioma));
  const { anterior, ...campos } = proprios(aviso, (centavos) => formatarDinheiro(centavos, moeda, idioma), idioma);
  return {
    nome,
    espaco: espacoNome,
    cidade,
    periodo: periodos[0] ?? '',
    periodos,
    valor: formatarDinheiro(valorCentavos, moeda, idioma),
    ...campos,
    // Each occurrence had its own.
    ...(anterior !== undefined && avisos.length === 1 && { anterior }),
  };
}

/** What only notices of its kind say; what is not so is not said. */
function proprios(aviso: Aviso, dinheiro: (centavos: number) => string, idioma: Idioma): Partial<CamposDoAviso> {
  const { fuso, valorCentavos } = aviso.reserva;
  switch (aviso.tipo) {
    case 'RESERVA_APROVADA':
    case 'FILA_ATENDIDA':
      return { prazo: formatarInstante(aviso.expiraEm, fuso, idioma) };
    case 'RESERVA_CONFIRMADA':
      return {
        ...(aviso.pagoCentavos > 0 && { pago: dinheiro(aviso.pagoCentavos) }),
        ...(aviso.pagoCentavos < valorCentavos && { saldo: dinheiro(valorCentavos - aviso.pagoCentavos) }),
      };
    case 'RESERVA_REMARCADA': {
      const diferenca = valorCentavos - aviso.anterior.valorCentavos;
      return {
        anterior: formatarPeriodo(aviso.anterior.inicio, aviso.anterior.fim, fuso, idioma),
        ...(diferenca > 0 && { acrescimo: dinheiro(diferenca) }),
        ...(diferenca < 0 && { abatimento: dinheiro(-diferenca) }),
        ...devolucoes(aviso, dinheiro),
      };
    }
    case 'RESERVA_CANCELADA':
      return {
        motivo: motivos[idioma][aviso.motivo],
        ...(aviso.justificativa !== undefined && { justificativa: aviso.justificativa }),
        ...devolucoes(aviso, dinheiro),
        ...((aviso.perdidoCentavos ?? 0) > 0 && { perdido: dinheiro(aviso.perdidoCentavos ?? 0) }),
      };
    case 'RESERVA_NAO_COMPARECEU':
      return {};
  }
}

/** What is promised, and what is not: a bank may hold the money, or have taken it. */
const devolucoes = (
  {
    reembolsoCentavos,
    reembolsoRetidoCentavos = 0,
  }: Pick<Extract<Aviso, { tipo: 'RESERVA_CANCELADA' }>, 'reembolsoCentavos' | 'reembolsoRetidoCentavos'>,
  dinheiro: (centavos: number) => string,
): Partial<CamposDoAviso> => ({
  ...(reembolsoCentavos > 0 && { reembolso: dinheiro(reembolsoCentavos) }),
  ...(reembolsoRetidoCentavos > 0 && { retido: dinheiro(reembolsoRetidoCentavos) }),
});
