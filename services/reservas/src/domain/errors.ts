/** A rule of the booking domain was broken. The code is stable: programs may rely on it. */
export abstract class ErroDeReserva extends Error {
  abstract readonly code: CodigoDeErro;
  /** What helps the caller to mend it; becomes members of the problem document. */
  readonly extensions?: Record<string, unknown>;
}

export type CodigoDeErro =
  | 'reservas.espaco-inexistente'
  | 'reservas.espaco-indisponivel'
  | 'reservas.reserva-inexistente'
  | 'reservas.periodo-invalido'
  | 'reservas.periodo-no-passado'
  | 'reservas.duracao-fora-do-permitido'
  | 'reservas.inicio-fora-da-grade'
  | 'reservas.fim-fora-da-grade'
  | 'reservas.janela-grande-demais'
  | 'reservas.fora-do-horario'
  | 'reservas.fuso-diferente'
  | 'reservas.ja-cancelada'
  | 'reservas.ja-iniciada'
  | 'reservas.ja-encerrada'
  | 'reservas.reembolso-mudou'
  | 'reservas.aguarda-pagamento'
  | 'reservas.nao-aguarda-aprovacao'
  | 'reservas.remarcacao-em-andamento'
  | 'reservas.remarcacao-requer-aprovacao'
  | 'reservas.codigo-incorreto'
  | 'reservas.checkin-fora-da-janela'
  | 'reservas.sem-checkin'
  | 'reservas.serie-inexistente'
  | 'reservas.serie-aguarda-pagamento'
  | 'reservas.serie-com-conflitos'
  | 'reservas.regra-de-recorrencia-invalida'
  | 'reservas.espera-inexistente'
  | 'reservas.esperas-demais'
  | 'reservas.ocorrencias-demais'
  | 'reservas.transicao-invalida'
  | 'reservas.preco-acima-do-limite'
  | 'reservas.cotacao-inexistente'
  | 'reservas.cotacao-de-outro-pedido'
  | 'reservas.cotacao-expirada'
  | 'reservas.cotacao-ja-usada'
  | 'reservas.cupom-inexistente'
  | 'reservas.cupom-desconhecido'
  | 'reservas.cupom-fora-da-validade'
  | 'reservas.cupom-esgotado'
  | 'reservas.cupom-limite-por-pessoa'
  | 'reservas.cupom-nao-se-aplica'
  | 'reservas.cupom-codigo-repetido'
  | 'reservas.cupom-limite-abaixo-dos-usos'
  | 'reservas.cupom-espaco-inexistente'
  | 'reservas.cupom-validade-invalida'
  | 'reservas.cupom-versao-diferente'
  | 'reservas.cota-de-reservas'
  | 'reservas.cota-de-horas'
  | 'reservas.retencoes-demais'
  | 'reservas.calendario-inexistente'
  | 'reservas.calendarios-demais'
  | 'reservas.relatorio-grande-demais'
  | 'reservas.antecedencia-insuficiente'
  | 'reservas.alem-do-horizonte'
  | 'reservas.capacidade-insuficiente'
  | 'reservas.horarios-sobrepostos'
  | 'reservas.composicao-invalida'
  | 'reservas.espaco-desatualizado'
  | 'reservas.situacao-invalida'
  | 'reservas.unidade-ocupada'
  | 'reservas.unidade-inexistente'
  | 'reservas.bloqueio-em-conflito'
  | 'reservas.bloqueio-longo-demais'
  | 'reservas.bloqueio-inexistente'
  | 'reservas.feriado-repetido'
  | 'reservas.feriado-inexistente';

export class EspacoInexistente extends ErroDeReserva {
  readonly code = 'reservas.espaco-inexistente';
  constructor() {
    super('Este espaço não existe');
  }
}

export class EspacoIndisponivel extends ErroDeReserva {
  readonly code = 'reservas.espaco-indisponivel';
  constructor() {
    super('O espaço já está ocupado neste período');
  }
}

export class ReservaInexistente extends ErroDeReserva {
  readonly code = 'reservas.reserva-inexistente';
  constructor() {
    super('Esta reserva não existe');
  }
}

export class PeriodoInvalido extends ErroDeReserva {
  readonly code = 'reservas.periodo-invalido';
  constructor() {
    super('O fim deve vir depois do início');
  }
}

export class PeriodoNoPassado extends ErroDeReserva {
  readonly code = 'reservas.periodo-no-passado';
  constructor() {
    super('O período já começou ou já passou');
  }
}

export class DuracaoForaDoPermitido extends ErroDeReserva {
  readonly code = 'reservas.duracao-fora-do-permitido';
  constructor(minimaMinutos: number, maximaMinutos: number, unidade: 'MINUTO' | 'DIA' = 'MINUTO') {
    const [minima, maxima] = [minimaMinutos / MINUTOS_DO_DIA, maximaMinutos / MINUTOS_DO_DIA];
    super(
      unidade === 'DIA'
        ? `A duração deve ficar entre ${minima} e ${maxima} dias inteiros`
        : `A duração deve ficar entre ${minimaMinutos} e ${maximaMinutos} minutos`,
    );
    this.extensions = { minimaMinutos, maximaMinutos, unidadeDuracao: unidade };
  }
  override readonly extensions: Record<string, unknown>;
}
const MINUTOS_DO_DIA = 24 * 60;

export class InicioForaDaGrade extends ErroDeReserva {
  readonly code = 'reservas.inicio-fora-da-grade';
  constructor(passoMinutos: number) {
    super(`As reservas deste espaço começam a cada ${passoMinutos} minutos a partir da abertura`);
    this.extensions = { passoMinutos };
  }
  override readonly extensions: Record<string, unknown>;
}

export class FimForaDaGrade extends ErroDeReserva {
  readonly code = 'reservas.fim-fora-da-grade';
  constructor(passoMinutos: number) {
    super(
      `As reservas deste espaço terminam a cada ${passoMinutos} minutos a partir da abertura, no fechamento ou ao fim da duração mínima`,
    );
    this.extensions = { passoMinutos };
  }
  override readonly extensions: Record<string, unknown>;
}

/** More of the calendar than is looked at for one question. */
export class JanelaGrandeDemais extends ErroDeReserva {
  readonly code = 'reservas.janela-grande-demais';
  constructor(maximoDias: number) {
    super(`Pergunte por no máximo ${maximoDias} dias`);
    this.extensions = { maximoDias };
  }
  override readonly extensions: Record<string, unknown>;
}

export class ForaDoHorario extends ErroDeReserva {
  readonly code = 'reservas.fora-do-horario';
  constructor() {
    super('O espaço não abre durante todo este período');
  }
}

export class FusoDiferente extends ErroDeReserva {
  readonly code = 'reservas.fuso-diferente';
  constructor(fuso: string) {
    super(`Este espaço fica no fuso ${fuso}`);
    this.extensions = { fuso };
  }
  override readonly extensions: Record<string, unknown>;
}

export class ReservaJaCancelada extends ErroDeReserva {
  readonly code = 'reservas.ja-cancelada';
  constructor() {
    super('A reserva já foi cancelada');
  }
}

export class ReservaJaIniciada extends ErroDeReserva {
  readonly code = 'reservas.ja-iniciada';
  constructor() {
    super('A reserva já começou e não pode mais ser cancelada');
  }
}

export class ReservaEncerrada extends ErroDeReserva {
  readonly code = 'reservas.ja-encerrada';
  constructor() {
    super('A reserva já terminou');
  }
}

export class ReembolsoMudou extends ErroDeReserva {
  readonly code = 'reservas.reembolso-mudou';
  constructor(reembolsoCentavos: number) {
    super('O reembolso já não é o que foi mostrado; nada foi cancelado');
    this.extensions = { reembolsoCentavos };
  }
  override readonly extensions: Record<string, unknown>;
}

export class AguardaPagamento extends ErroDeReserva {
  readonly code = 'reservas.aguarda-pagamento';
  constructor() {
    super('Só uma reserva confirmada muda de horário; esta ainda espera aprovação ou pagamento');
  }
}

export class AprovacaoNaoPendente extends ErroDeReserva {
  readonly code = 'reservas.nao-aguarda-aprovacao';
  constructor() {
    super('Este pedido não espera aprovação');
  }
}

export class RemarcacaoEmAndamento extends ErroDeReserva {
  readonly code = 'reservas.remarcacao-em-andamento';
  constructor() {
    super('Uma mudança de horário espera o pagamento da diferença; antes dela nada mais muda');
  }
}

export class RemarcacaoRequerAprovacao extends ErroDeReserva {
  readonly code = 'reservas.remarcacao-requer-aprovacao';
  constructor() {
    super('As reservas deste espaço são aprovadas uma a uma: quem o administra pode mudar o horário');
  }
}

export class CodigoIncorreto extends ErroDeReserva {
  readonly code = 'reservas.codigo-incorreto';
  constructor() {
    super('O código não é o desta reserva');
  }
}

export class CheckinForaDaJanela extends ErroDeReserva {
  readonly code = 'reservas.checkin-fora-da-janela';
  constructor(abreEm: string) {
    super('O check-in vai de pouco antes do início até o fim da reserva');
    this.extensions = { abreEm };
  }
  override readonly extensions: Record<string, unknown>;
}

export class SemCheckin extends ErroDeReserva {
  readonly code = 'reservas.sem-checkin';
  constructor(status: string) {
    super(`Uma reserva ${status} não recebe check-in`);
  }
}

export class SerieInexistente extends ErroDeReserva {
  readonly code = 'reservas.serie-inexistente';
  constructor() {
    super('Esta série não existe');
  }
}

export class SerieAguardaPagamento extends ErroDeReserva {
  readonly code = 'reservas.serie-aguarda-pagamento';
  constructor() {
    super('A série é paga de uma vez: até lá, só se cancela inteira');
  }
}

export class SerieComConflitos extends ErroDeReserva {
  readonly code = 'reservas.serie-com-conflitos';
  constructor(ocorrencias: readonly unknown[]) {
    super('Nem todas as ocorrências podem ser reservadas');
    this.extensions = { ocorrencias };
  }
  override readonly extensions: Record<string, unknown>;
}

export class RegraDeRecorrenciaInvalida extends ErroDeReserva {
  readonly code = 'reservas.regra-de-recorrencia-invalida';
  constructor(porque: string, parte?: string) {
    super(`A regra de recorrência não serve: ${porque}`);
    this.extensions = { ...(parte !== undefined && { parte }) };
  }
  override readonly extensions: Record<string, unknown>;
}

export class EsperaInexistente extends ErroDeReserva {
  readonly code = 'reservas.espera-inexistente';
  constructor() {
    super('Esta espera não existe');
  }
}

export class EsperasDemais extends ErroDeReserva {
  readonly code = 'reservas.esperas-demais';
  constructor(maximo: number) {
    super(`Uma pessoa espera por no máximo ${maximo} horários ao mesmo tempo`);
    this.extensions = { maximo };
  }
  override readonly extensions: Record<string, unknown>;
}

export class OcorrenciasDemais extends ErroDeReserva {
  readonly code = 'reservas.ocorrencias-demais';
  constructor(maximo: number) {
    super(`Uma série tem no máximo ${maximo} ocorrências`);
    this.extensions = { maximo };
  }
  override readonly extensions: Record<string, unknown>;
}

/** The saga asked for a step that the booking's state does not allow: a defect, never a caller's mistake. */
export class TransicaoInvalida extends ErroDeReserva {
  readonly code = 'reservas.transicao-invalida';
  constructor(status: string, operacao: string) {
    super(`Uma reserva ${status} não pode ${operacao}`);
  }
}

export class PrecoAcimaDoLimite extends ErroDeReserva {
  readonly code = 'reservas.preco-acima-do-limite';
  constructor() {
    super('Esta reserva custa mais do que se pode cobrar de uma vez; reserve um período menor');
  }
}

/** Also for somebody else's quote. */
export class CotacaoInexistente extends ErroDeReserva {
  readonly code = 'reservas.cotacao-inexistente';
  constructor() {
    super('Esta cotação não existe');
  }
}

export class CotacaoDeOutroPedido extends ErroDeReserva {
  readonly code = 'reservas.cotacao-de-outro-pedido';
  constructor() {
    super('A cotação é de outro espaço, outro período ou outro cupom');
  }
}

export class CotacaoExpirada extends ErroDeReserva {
  readonly code = 'reservas.cotacao-expirada';
  constructor() {
    super('A cotação expirou; peça outra');
  }
}

export class CotacaoJaUsada extends ErroDeReserva {
  readonly code = 'reservas.cotacao-ja-usada';
  constructor() {
    super('A cotação já foi usada em uma reserva');
  }
}

export class ValidadeDoCupomInvalida extends ErroDeReserva {
  readonly code = 'reservas.cupom-validade-invalida';
  constructor() {
    super('O fim da validade do cupom deve vir depois do início');
  }
}

/** No such coupon, for who administers them. */
export class CupomInexistente extends ErroDeReserva {
  readonly code = 'reservas.cupom-inexistente';
  constructor() {
    super('Este cupom não existe');
  }
}

/** The code that a client gave is no coupon's, or that coupon has been withdrawn. */
export class CupomDesconhecido extends ErroDeReserva {
  readonly code = 'reservas.cupom-desconhecido';
  constructor() {
    super('Este cupom não existe ou foi desativado');
  }
}

export class CupomForaDaValidade extends ErroDeReserva {
  readonly code = 'reservas.cupom-fora-da-validade';
  constructor() {
    super('Este cupom ainda não vale ou já venceu');
  }
}

export class CupomEsgotado extends ErroDeReserva {
  readonly code = 'reservas.cupom-esgotado';
  constructor() {
    super('Este cupom se esgotou');
  }
}

export class LimiteDoCupomPorPessoa extends ErroDeReserva {
  readonly code = 'reservas.cupom-limite-por-pessoa';
  constructor(limite: number) {
    super('Você já usou este cupom tantas vezes quantas ele permite');
    this.extensions = { limite };
  }
  override readonly extensions: Record<string, unknown>;
}

export class CupomNaoSeAplica extends ErroDeReserva {
  readonly code = 'reservas.cupom-nao-se-aplica';
  constructor(motivo: 'ESPACO' | 'TIPO' | 'VALOR_MINIMO', detalhes: Record<string, unknown> = {}) {
    super('Este cupom não se aplica a esta reserva');
    this.extensions = { motivo, ...detalhes };
  }
  override readonly extensions: Record<string, unknown>;
}

export class CodigoDeCupomRepetido extends ErroDeReserva {
  readonly code = 'reservas.cupom-codigo-repetido';
  constructor() {
    super('Já existe um cupom com este código');
  }
}

export class LimiteAbaixoDosUsos extends ErroDeReserva {
  readonly code = 'reservas.cupom-limite-abaixo-dos-usos';
  constructor() {
    super('O cupom já foi usado mais vezes do que este limite; desative-o se ele não deve mais valer');
  }
}

export class EspacoDoCupomInexistente extends ErroDeReserva {
  readonly code = 'reservas.cupom-espaco-inexistente';
  constructor(espacos: readonly string[]) {
    super('O cupom é restrito a espaços que não existem');
    this.extensions = { espacos };
  }
  override readonly extensions: Record<string, unknown>;
}

export class VersaoDoCupomDiferente extends ErroDeReserva {
  readonly code = 'reservas.cupom-versao-diferente';
  constructor() {
    super('O cupom mudou desde que você o leu');
  }
}

export class CotaDeReservas extends ErroDeReserva {
  readonly code = 'reservas.cota-de-reservas';
  constructor(limite: number) {
    super(`Cada pessoa pode ter até ${limite} reservas deste espaço ao mesmo tempo`);
    this.extensions = { limite, restam: 0 };
  }
  override readonly extensions: Record<string, unknown>;
}

export class CotaDeHoras extends ErroDeReserva {
  readonly code = 'reservas.cota-de-horas';
  constructor(limiteHoras: number, restamMinutos: number) {
    super(`Cada pessoa pode reservar até ${limiteHoras} horas deste espaço por semana`);
    this.extensions = { limiteHoras, restamMinutos };
  }
  override readonly extensions: Record<string, unknown>;
}

export class RetencoesDemais extends ErroDeReserva {
  readonly code = 'reservas.retencoes-demais';
  constructor(limite: number) {
    super(`Você tem ${limite} reservas à espera de pagamento ou de aprovação; conclua ou cancele uma delas`);
    this.extensions = { limite, restam: 0 };
  }
  override readonly extensions: Record<string, unknown>;
}

/** Also for somebody else's calendar, and for one that was revoked. */
export class CalendarioInexistente extends ErroDeReserva {
  readonly code = 'reservas.calendario-inexistente';
  constructor() {
    super('Este calendário não existe');
  }
}

export class CalendariosDemais extends ErroDeReserva {
  readonly code = 'reservas.calendarios-demais';
  constructor(limite: number) {
    super(`Você já tem ${limite} calendários; revogue um deles`);
    this.extensions = { limite };
  }
  override readonly extensions: Record<string, unknown>;
}

export class RelatorioGrandeDemais extends ErroDeReserva {
  readonly code = 'reservas.relatorio-grande-demais';
  constructor(limite: number) {
    super(`Este relatório tem mais de ${limite} linhas; peça-o em CSV, ou de um espaço, ou de menos dias`);
    this.extensions = { limite };
  }
  override readonly extensions: Record<string, unknown>;
}

export class AntecedenciaInsuficiente extends ErroDeReserva {
  readonly code = 'reservas.antecedencia-insuficiente';
  constructor(antecedenciaMinimaMinutos: number) {
    super(`Este espaço é reservado com pelo menos ${antecedenciaMinimaMinutos} minutos de antecedência`);
    this.extensions = { antecedenciaMinimaMinutos };
  }
  override readonly extensions: Record<string, unknown>;
}

export class AlemDoHorizonte extends ErroDeReserva {
  readonly code = 'reservas.alem-do-horizonte';
  constructor(horizonteDias: number) {
    super(`Este espaço é reservado com até ${horizonteDias} dias de antecedência`);
    this.extensions = { horizonteDias };
  }
  override readonly extensions: Record<string, unknown>;
}

export class CapacidadeInsuficiente extends ErroDeReserva {
  readonly code = 'reservas.capacidade-insuficiente';
  constructor(capacidade: number) {
    super(`Neste espaço cabem ${capacidade} pessoas`);
    this.extensions = { capacidade };
  }
  override readonly extensions: Record<string, unknown>;
}

export class HorariosSobrepostos extends ErroDeReserva {
  readonly code = 'reservas.horarios-sobrepostos';
  constructor(onde: string) {
    super(`Há horários de funcionamento que se sobrepõem ${onde}`);
  }
}

/** The parts of a composite space must be other spaces that exist and are not composite themselves. */
export class ComposicaoInvalida extends ErroDeReserva {
  readonly code = 'reservas.composicao-invalida';
}

/** Somebody changed the space since it was read. */
export class EspacoDesatualizado extends ErroDeReserva {
  readonly code = 'reservas.espaco-desatualizado';
  constructor(versaoAtual: number) {
    super('O espaço mudou desde que foi lido; leia-o de novo antes de mudá-lo');
    this.extensions = { versaoAtual };
  }
  override readonly extensions: Record<string, unknown>;
}

export class SituacaoInvalida extends ErroDeReserva {
  readonly code = 'reservas.situacao-invalida';
  constructor(situacao: string) {
    super(`O espaço já está ${situacao}`);
    this.extensions = { situacao };
  }
  override readonly extensions: Record<string, unknown>;
}

/** What stands in the way of taking time or a unit away from a space. */
export interface Obstaculo {
  readonly tipo: 'RESERVA' | 'BLOQUEIO';
  readonly id: string;
  readonly inicio: string;
  readonly fim: string;
}

export class UnidadeOcupada extends ErroDeReserva {
  readonly code = 'reservas.unidade-ocupada';
  constructor(obstaculos: readonly Obstaculo[]) {
    super('Não há unidades sem reservas futuras que possam ser retiradas');
    this.extensions = { obstaculos };
  }
  override readonly extensions: Record<string, unknown>;
}

export class UnidadeInexistente extends ErroDeReserva {
  readonly code = 'reservas.unidade-inexistente';
  constructor() {
    super('O espaço não tem alguma destas unidades');
  }
}

export class BloqueioEmConflito extends ErroDeReserva {
  readonly code = 'reservas.bloqueio-em-conflito';
  constructor(obstaculos: readonly Obstaculo[]) {
    super('Há reservas ou bloqueios neste período');
    this.extensions = { obstaculos };
  }
  override readonly extensions: Record<string, unknown>;
}

export class BloqueioLongoDemais extends ErroDeReserva {
  readonly code = 'reservas.bloqueio-longo-demais';
  override readonly extensions: Record<string, unknown>;
  constructor(maximoDias: number) {
    super(
      `Um bloqueio dura até ${maximoDias} dias, e termina até ${maximoDias} dias à frente; arquive o espaço que não volta`,
    );
    this.extensions = { maximoDias };
  }
}

export class BloqueioInexistente extends ErroDeReserva {
  readonly code = 'reservas.bloqueio-inexistente';
  constructor() {
    super('Este bloqueio não existe');
  }
}

export class FeriadoRepetido extends ErroDeReserva {
  readonly code = 'reservas.feriado-repetido';
  constructor() {
    super('Este dia já é feriado');
  }
}

export class FeriadoInexistente extends ErroDeReserva {
  readonly code = 'reservas.feriado-inexistente';
  constructor() {
    super('Este feriado não existe');
  }
}
