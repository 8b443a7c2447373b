import type { Aviso, Idioma, MotivoCancelamento } from './entrega.js';

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

/** A span of time on the wall clock of `fuso`, with the zone's name. */
export function formatarPeriodo(inicio: string, fim: string, fuso: string, idioma: Idioma): string {
  const formato = new Intl.DateTimeFormat(idioma, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: fuso,
    timeZoneName: 'short',
  });
  const [de, ate] = [new Date(inicio), new Date(fim)];
  const zona = (instante: Date) => formato.formatToParts(instante).find(({ type }) => type === 'timeZoneName')?.value;
  // `formatRange` names one zone for both ends, which is wrong for one of them when the clocks change in between.
  return zona(de) === zona(ate) ? formato.formatRange(de, ate) : `${formato.format(de)} – ${formato.format(ate)}`;
}

/** What a template may say of a notice, ready to be read. */
export interface CamposDoAviso {
  readonly nome: string;
  readonly espaco: string;
  readonly cidade: string;
  readonly periodo: string;
  readonly valor: string;
  readonly motivo: string | undefined;
  readonly reembolso: string | undefined;
}

export function descreverAviso(aviso: Aviso, nome: string, idioma: Idioma): CamposDoAviso {
  const { espacoNome, cidade, inicio, fim, fuso, valorCentavos, moeda } = aviso.reserva;
  const cancelada = aviso.tipo === 'RESERVA_CANCELADA';
  return {
    nome,
    espaco: espacoNome,
    cidade,
    periodo: formatarPeriodo(inicio, fim, fuso, idioma),
    valor: formatarDinheiro(valorCentavos, moeda, idioma),
    motivo: cancelada ? motivos[idioma][aviso.motivo] : undefined,
    reembolso:
      cancelada && aviso.reembolsoCentavos > 0 ? formatarDinheiro(aviso.reembolsoCentavos, moeda, idioma) : undefined,
  };
}
