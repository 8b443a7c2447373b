import { type Aviso, type Avisos, type ComCodigo, type Idioma, juntar, type MotivoCancelamento } from './entrega.js';

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

/** The same in few characters, for a subject or a telephone. */
export const formatarCurto = (instante: string, fuso: string, idioma: Idioma): string =>
  new Intl.DateTimeFormat(idioma, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: fuso,
    timeZoneName: 'short',
  }).format(new Date(instante));

/** What a template may say of a notice, ready to be read. */
export interface CamposDoAviso {
  readonly nome: string;
  readonly espaco: string;
  readonly cidade: string;
  /** When the earliest of `periodos` begins, in short. */
  readonly quando: string;
  /** In order; one for each booking that the letter is about. */
  readonly periodos: readonly string[];
  readonly valor: string;
  readonly pago?: string;
  /** What remains to be paid. */
  readonly saldo?: string;
  readonly saldoVence?: string;
  readonly aPagar?: string;
  /** It is a request, and is answered by `prazo`; said where it is so. */
  readonly pedido?: string;
  readonly prazo?: string;
  readonly prazoCurto?: string;
  readonly recebidoEm?: string;
  /** Said where it is so. */
  readonly semResposta?: string;
  /** An entry for the reader's calendar goes with it; said where it is so. */
  readonly convite?: string;
  readonly codigo?: string;
  readonly tolerancia?: string;
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
  const reservas = avisos
    .flatMap(({ reserva: { fuso, ...reserva } }) =>
      (reserva.ocorrencias ?? [reserva]).map(({ inicio, fim }) => ({ inicio, fim, fuso })),
    )
    .sort((a, b) => Date.parse(a.inicio) - Date.parse(b.inicio));
  const [primeira = aviso.reserva] = reservas;
  const periodos = reservas.map(({ inicio, fim, fuso }) => formatarPeriodo(inicio, fim, fuso, idioma));
  const { anterior, codigo, ...campos } = proprios(
    aviso,
    (centavos) => formatarDinheiro(centavos, moeda, idioma),
    idioma,
  );
  return {
    nome,
    espaco: espacoNome,
    cidade,
    quando: formatarCurto(primeira.inicio, primeira.fuso, idioma),
    periodos,
    valor: formatarDinheiro(valorCentavos, moeda, idioma),
    ...campos,
    // Each occurrence had its own.
    ...(anterior !== undefined && avisos.length === 1 && { anterior }),
    ...(codigo !== undefined && avisos.length === 1 && { codigo }),
  };
}

/** What only notices of its kind say; what is not so is not said. */
function proprios(aviso: Aviso, dinheiro: (centavos: number) => string, idioma: Idioma): Partial<CamposDoAviso> {
  const { fuso, valorCentavos } = aviso.reserva;
  const prazo = (instante: string) => ({
    prazo: formatarInstante(instante, fuso, idioma),
    prazoCurto: formatarCurto(instante, fuso, idioma),
  });
  switch (aviso.tipo) {
    case 'RESERVA_APROVADA':
    case 'FILA_ATENDIDA': {
      const { aPagarCentavos = valorCentavos } = aviso;
      if ('requerAprovacao' in aviso && aviso.requerAprovacao) return { ...prazo(aviso.expiraEm), pedido: 'sim' };
      return { ...prazo(aviso.expiraEm), ...(aPagarCentavos > 0 && { aPagar: dinheiro(aPagarCentavos) }) };
    }
    case 'RESERVA_RETIDA':
      return { ...prazo(aviso.expiraEm), aPagar: dinheiro(aviso.aPagarCentavos) };
    case 'SALDO_A_VENCER':
      return { ...prazo(aviso.expiraEm), saldo: dinheiro(aviso.saldoCentavos) };
    case 'LEMBRETE_24H':
    case 'LEMBRETE_1H':
      return {
        ...checkin(aviso),
        ...((aviso.saldoCentavos ?? 0) > 0 && { saldo: dinheiro(aviso.saldoCentavos ?? 0) }),
      };
    case 'PAGAMENTO_RECEBIDO':
      return { pago: dinheiro(aviso.pagoCentavos), recebidoEm: formatarInstante(aviso.recebidoEm, fuso, idioma) };
    case 'REEMBOLSO_FEITO':
      return devolucoes(aviso, dinheiro);
    case 'PEDIDO_RECUSADO':
      return aviso.justificativa === undefined ? {} : { justificativa: aviso.justificativa };
    case 'RESERVA_CONFIRMADA':
      return {
        ...checkin(aviso),
        ...naAgenda(aviso),
        ...(aviso.saldoVenceEm !== undefined && { saldoVence: formatarInstante(aviso.saldoVenceEm, fuso, idioma) }),
        ...(aviso.pagoCentavos > 0 && { pago: dinheiro(aviso.pagoCentavos) }),
        ...(aviso.pagoCentavos < valorCentavos && { saldo: dinheiro(valorCentavos - aviso.pagoCentavos) }),
      };
    case 'RESERVA_REMARCADA': {
      const diferenca = valorCentavos - aviso.anterior.valorCentavos;
      return {
        anterior: formatarPeriodo(aviso.anterior.inicio, aviso.anterior.fim, fuso, idioma),
        ...(diferenca > 0 && { acrescimo: dinheiro(diferenca) }),
        ...(diferenca < 0 && { abatimento: dinheiro(-diferenca) }),
        ...naAgenda(aviso),
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
    case 'RESERVA_EXPIRADA':
      return aviso.semResposta ? { semResposta: 'sim' } : {};
    case 'PEDIDO_RECEBIDO':
    case 'RESERVA_NAO_COMPARECEU':
    case 'COMO_FOI':
    case 'CONVITE_A_VOLTAR':
    case 'CONVITE_RECEBIDO':
    case 'CONVITE_MUDOU':
    case 'CONVITE_RETIRADO':
      return {};
  }
}

const naAgenda = ({ convite }: { readonly convite?: boolean | undefined }): Partial<CamposDoAviso> =>
  convite ? { convite: 'sim' } : {};

const checkin = ({ codigo, toleranciaMinutos }: ComCodigo): Partial<CamposDoAviso> => ({
  ...(codigo !== undefined && { codigo }),
  ...(toleranciaMinutos !== undefined && { tolerancia: String(toleranciaMinutos) }),
});

/** What is promised, and what is not: a bank may hold the money, or have taken it. */
const devolucoes = (
  {
    reembolsoCentavos,
    reembolsoRetidoCentavos = 0,
  }: { readonly reembolsoCentavos: number; readonly reembolsoRetidoCentavos?: number | undefined },
  dinheiro: (centavos: number) => string,
): Partial<CamposDoAviso> => ({
  ...(reembolsoCentavos > 0 && { reembolso: dinheiro(reembolsoCentavos) }),
  ...(reembolsoRetidoCentavos > 0 && { retido: dinheiro(reembolsoRetidoCentavos) }),
});
