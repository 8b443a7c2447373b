/** A rule of the booking domain was broken. The code is stable: programs may rely on it. */
export abstract class ErroDeReserva extends Error {
  abstract readonly code: `reservas.${string}`;

  constructor(
    message: string,
    /** What helps the caller to mend it; becomes members of the problem document. */
    readonly extensions?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}

type Natureza = 'PROIBIDO' | 'INEXISTENTE' | 'CONFLITO' | 'DESATUALIZADO' | 'INVALIDO';

/** A rule says here, and nowhere else, its code and what kind of refusal it is; the border knows what HTTP calls that. */
function regra<const Code extends ErroDeReserva['code']>(code: Code, natureza: Natureza) {
  abstract class Regra extends ErroDeReserva {
    static readonly code = code;
    static readonly natureza = natureza;
    override readonly code = code;
  }
  return Regra;
}

export class EspacoInexistente extends regra('reservas.espaco-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Este espaço não existe');
  }
}

export class EspacoIndisponivel extends regra('reservas.espaco-indisponivel', 'CONFLITO') {
  constructor() {
    super('O espaço já está ocupado neste período');
  }
}

export class ReservaInexistente extends regra('reservas.reserva-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Esta reserva não existe');
  }
}

export class SagaInexistente extends regra('reservas.saga-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Não há saga com este id');
  }
}

export class SagaSemPrazo extends regra('reservas.saga-sem-prazo-vencido', 'CONFLITO') {
  constructor() {
    super('Esta saga não tem prazo vencido: nada há a retomar');
  }
}

/** What pagamentos said is not about what was asked of it: never believed, and somebody has to look at it. */
export class PagamentoDivergente extends regra('reservas.pagamento-divergente', 'CONFLITO') {
  constructor(emQue: string) {
    super(`O pagamento não é o que foi pedido: ${emQue}`);
  }
}

export class PeriodoInvalido extends regra('reservas.periodo-invalido', 'INVALIDO') {
  constructor() {
    super('O fim deve vir depois do início');
  }
}

export class PeriodoNoPassado extends regra('reservas.periodo-no-passado', 'INVALIDO') {
  constructor() {
    super('O período já começou ou já passou');
  }
}

export class DuracaoForaDoPermitido extends regra('reservas.duracao-fora-do-permitido', 'INVALIDO') {
  constructor(minimaMinutos: number, maximaMinutos: number, unidade: 'MINUTO' | 'DIA' = 'MINUTO') {
    const [minima, maxima] = [minimaMinutos / MINUTOS_DO_DIA, maximaMinutos / MINUTOS_DO_DIA];
    super(
      unidade === 'DIA'
        ? `A duração deve ficar entre ${minima} e ${maxima} dias inteiros`
        : `A duração deve ficar entre ${minimaMinutos} e ${maximaMinutos} minutos`,
      { minimaMinutos, maximaMinutos, unidadeDuracao: unidade },
    );
  }
}
const MINUTOS_DO_DIA = 24 * 60;

export class InicioForaDaGrade extends regra('reservas.inicio-fora-da-grade', 'INVALIDO') {
  constructor(passoMinutos: number) {
    super(`As reservas deste espaço começam a cada ${passoMinutos} minutos a partir da abertura`, { passoMinutos });
  }
}

export class FimForaDaGrade extends regra('reservas.fim-fora-da-grade', 'INVALIDO') {
  constructor(passoMinutos: number) {
    super(
      `As reservas deste espaço terminam a cada ${passoMinutos} minutos a partir da abertura, no fechamento ou ao fim da duração mínima`,
      { passoMinutos },
    );
  }
}

/** More of the calendar than is looked at for one question. */
export class JanelaGrandeDemais extends regra('reservas.janela-grande-demais', 'INVALIDO') {
  constructor(maximoDias: number) {
    super(`Pergunte por no máximo ${maximoDias} dias`, { maximoDias });
  }
}

export class ForaDoHorario extends regra('reservas.fora-do-horario', 'INVALIDO') {
  constructor() {
    super('O espaço não abre durante todo este período');
  }
}

export class FusoDiferente extends regra('reservas.fuso-diferente', 'INVALIDO') {
  constructor(fuso: string) {
    super(`Este espaço fica no fuso ${fuso}`, { fuso });
  }
}

export class ReservaJaCancelada extends regra('reservas.ja-cancelada', 'CONFLITO') {
  constructor() {
    super('A reserva já foi cancelada');
  }
}

export class ReservaJaIniciada extends regra('reservas.ja-iniciada', 'CONFLITO') {
  constructor() {
    super('A reserva já começou e não pode mais ser cancelada');
  }
}

export class ReservaEncerrada extends regra('reservas.ja-encerrada', 'CONFLITO') {
  constructor() {
    super('A reserva já terminou');
  }
}

export class ReembolsoMudou extends regra('reservas.reembolso-mudou', 'CONFLITO') {
  constructor(reembolsoCentavos: number) {
    super('O reembolso já não é o que foi mostrado; nada foi cancelado', { reembolsoCentavos });
  }
}

export class AguardaPagamento extends regra('reservas.aguarda-pagamento', 'CONFLITO') {
  constructor() {
    super('Só uma reserva confirmada muda de horário; esta ainda espera aprovação ou pagamento');
  }
}

export class AprovacaoNaoPendente extends regra('reservas.nao-aguarda-aprovacao', 'CONFLITO') {
  constructor() {
    super('Este pedido não espera aprovação');
  }
}

export class RemarcacaoEmAndamento extends regra('reservas.remarcacao-em-andamento', 'CONFLITO') {
  constructor() {
    super('Uma mudança de horário espera o pagamento da diferença; antes dela nada mais muda');
  }
}

export class RemarcacaoRequerAprovacao extends regra('reservas.remarcacao-requer-aprovacao', 'PROIBIDO') {
  constructor() {
    super('As reservas deste espaço são aprovadas uma a uma: quem o administra pode mudar o horário');
  }
}

export class ProrrogacaoIndisponivel extends regra('reservas.prorrogacao-indisponivel', 'CONFLITO') {
  constructor() {
    super('O tempo para pagar esta reserva não pode ser maior');
  }
}

export class ProrrogacaoRepetida extends regra('reservas.prorrogacao-repetida', 'CONFLITO') {
  constructor() {
    super('Já se deu mais tempo para pagar esta reserva');
  }
}

export class ProrrogacaoCedoDemais extends regra('reservas.prorrogacao-cedo-demais', 'CONFLITO') {
  constructor() {
    super('Ainda há tempo para pagar: mais tempo só se pede nos dois minutos finais');
  }
}

export class CodigoIncorreto extends regra('reservas.codigo-incorreto', 'INVALIDO') {
  constructor() {
    super('O código não é o desta reserva');
  }
}

export class CheckinForaDaJanela extends regra('reservas.checkin-fora-da-janela', 'CONFLITO') {
  constructor(abreEm: string) {
    super('O check-in vai de pouco antes do início até o fim da reserva', { abreEm });
  }
}

export class SemCheckin extends regra('reservas.sem-checkin', 'CONFLITO') {
  constructor(status: string) {
    super(`Uma reserva ${status} não recebe check-in`);
  }
}

export class SerieInexistente extends regra('reservas.serie-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Esta série não existe');
  }
}

export class SerieAguardaPagamento extends regra('reservas.serie-aguarda-pagamento', 'CONFLITO') {
  constructor() {
    super('A série é paga de uma vez: até lá, só se cancela inteira');
  }
}

export class SerieComConflitos extends regra('reservas.serie-com-conflitos', 'CONFLITO') {
  constructor(ocorrencias: readonly unknown[]) {
    super('Nem todas as ocorrências podem ser reservadas', { ocorrencias });
  }
}

export class RegraDeRecorrenciaInvalida extends regra('reservas.regra-de-recorrencia-invalida', 'INVALIDO') {
  constructor(porque: string, parte?: string) {
    super(`A regra de recorrência não serve: ${porque}`, { ...(parte !== undefined && { parte }) });
  }
}

export class EsperaInexistente extends regra('reservas.espera-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Esta espera não existe');
  }
}

export class EsperasDemais extends regra('reservas.esperas-demais', 'CONFLITO') {
  constructor(maximo: number) {
    super(`Uma pessoa espera por no máximo ${maximo} horários ao mesmo tempo`, { maximo });
  }
}

export class OcorrenciasDemais extends regra('reservas.ocorrencias-demais', 'INVALIDO') {
  constructor(maximo: number) {
    super(`Uma série tem no máximo ${maximo} ocorrências`, { maximo });
  }
}

/** The saga asked for a step that the booking's state does not allow: a defect, never a caller's mistake. */
export class TransicaoInvalida extends regra('reservas.transicao-invalida', 'CONFLITO') {
  constructor(status: string, operacao: string) {
    super(`Uma reserva ${status} não pode ${operacao}`);
  }
}

export class PrecoAcimaDoLimite extends regra('reservas.preco-acima-do-limite', 'INVALIDO') {
  constructor() {
    super('Esta reserva custa mais do que se pode cobrar de uma vez; reserve um período menor');
  }
}

/** Also for somebody else's quote. */
export class CotacaoInexistente extends regra('reservas.cotacao-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Esta cotação não existe');
  }
}

export class CotacaoDeOutroPedido extends regra('reservas.cotacao-de-outro-pedido', 'INVALIDO') {
  constructor() {
    super('A cotação é de outro espaço, outro período ou outro cupom');
  }
}

export class CotacaoExpirada extends regra('reservas.cotacao-expirada', 'CONFLITO') {
  constructor() {
    super('A cotação expirou; peça outra');
  }
}

export class CotacaoJaUsada extends regra('reservas.cotacao-ja-usada', 'CONFLITO') {
  constructor() {
    super('A cotação já foi usada em uma reserva');
  }
}

export class ValidadeDoCupomInvalida extends regra('reservas.cupom-validade-invalida', 'INVALIDO') {
  constructor() {
    super('O fim da validade do cupom deve vir depois do início');
  }
}

/** No such coupon, for who administers them. */
export class CupomInexistente extends regra('reservas.cupom-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Este cupom não existe');
  }
}

/** The code that a client gave is no coupon's, or that coupon has been withdrawn. */
export class CupomDesconhecido extends regra('reservas.cupom-desconhecido', 'INVALIDO') {
  constructor() {
    super('Este cupom não existe ou foi desativado');
  }
}

export class CupomForaDaValidade extends regra('reservas.cupom-fora-da-validade', 'INVALIDO') {
  constructor() {
    super('Este cupom ainda não vale ou já venceu');
  }
}

export class CupomEsgotado extends regra('reservas.cupom-esgotado', 'CONFLITO') {
  constructor() {
    super('Este cupom se esgotou');
  }
}

export class LimiteDoCupomPorPessoa extends regra('reservas.cupom-limite-por-pessoa', 'CONFLITO') {
  constructor(limite: number) {
    super('Você já usou este cupom tantas vezes quantas ele permite', { limite });
  }
}

export class CupomNaoSeAplica extends regra('reservas.cupom-nao-se-aplica', 'INVALIDO') {
  constructor(motivo: 'ESPACO' | 'TIPO' | 'VALOR_MINIMO', detalhes: Record<string, unknown> = {}) {
    super('Este cupom não se aplica a esta reserva', { motivo, ...detalhes });
  }
}

export class CodigoDeCupomRepetido extends regra('reservas.cupom-codigo-repetido', 'CONFLITO') {
  constructor() {
    super('Já existe um cupom com este código');
  }
}

export class LimiteAbaixoDosUsos extends regra('reservas.cupom-limite-abaixo-dos-usos', 'INVALIDO') {
  constructor() {
    super('O cupom já foi usado mais vezes do que este limite; desative-o se ele não deve mais valer');
  }
}

export class EspacoDoCupomInexistente extends regra('reservas.cupom-espaco-inexistente', 'INVALIDO') {
  constructor(espacos: readonly string[]) {
    super('O cupom é restrito a espaços que não existem', { espacos });
  }
}

export class VersaoDoCupomDiferente extends regra('reservas.cupom-versao-diferente', 'DESATUALIZADO') {
  constructor() {
    super('O cupom mudou desde que você o leu');
  }
}

export class CotaDeReservas extends regra('reservas.cota-de-reservas', 'CONFLITO') {
  constructor(limite: number) {
    super(`Cada pessoa pode ter até ${limite} reservas deste espaço ao mesmo tempo`, { limite, restam: 0 });
  }
}

export class CotaDeHoras extends regra('reservas.cota-de-horas', 'CONFLITO') {
  constructor(limiteHoras: number, restamMinutos: number) {
    super(`Cada pessoa pode reservar até ${limiteHoras} horas deste espaço por semana`, { limiteHoras, restamMinutos });
  }
}

export class RetencoesDemais extends regra('reservas.retencoes-demais', 'CONFLITO') {
  constructor(limite: number) {
    super(`Você tem ${limite} reservas à espera de pagamento ou de aprovação; conclua ou cancele uma delas`, {
      limite,
      restam: 0,
    });
  }
}

/** Also for somebody else's calendar, and for one that was revoked. */
export class CalendarioInexistente extends regra('reservas.calendario-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Este calendário não existe');
  }
}

export class CalendariosDemais extends regra('reservas.calendarios-demais', 'CONFLITO') {
  constructor(limite: number) {
    super(`Você já tem ${limite} calendários; revogue um deles`, { limite });
  }
}

export class RelatorioGrandeDemais extends regra('reservas.relatorio-grande-demais', 'INVALIDO') {
  constructor(limite: number) {
    super(`Este relatório tem mais de ${limite} linhas; peça-o em CSV, ou de um espaço, ou de menos dias`, { limite });
  }
}

export class AntecedenciaInsuficiente extends regra('reservas.antecedencia-insuficiente', 'INVALIDO') {
  constructor(antecedenciaMinimaMinutos: number) {
    super(`Este espaço é reservado com pelo menos ${antecedenciaMinimaMinutos} minutos de antecedência`, {
      antecedenciaMinimaMinutos,
    });
  }
}

export class AlemDoHorizonte extends regra('reservas.alem-do-horizonte', 'INVALIDO') {
  constructor(horizonteDias: number) {
    super(`Este espaço é reservado com até ${horizonteDias} dias de antecedência`, { horizonteDias });
  }
}

export class CapacidadeInsuficiente extends regra('reservas.capacidade-insuficiente', 'INVALIDO') {
  constructor(capacidade: number) {
    super(`Neste espaço cabem ${capacidade} pessoas`, { capacidade });
  }
}

export class HorariosSobrepostos extends regra('reservas.horarios-sobrepostos', 'INVALIDO') {
  constructor(onde: string) {
    super(`Há horários de funcionamento que se sobrepõem ${onde}`);
  }
}

/** The parts of a composite space must be other spaces that exist and are not composite themselves. */
export class ComposicaoInvalida extends regra('reservas.composicao-invalida', 'INVALIDO') {}

/** Somebody changed the space since it was read. */
export class EspacoDesatualizado extends regra('reservas.espaco-desatualizado', 'DESATUALIZADO') {
  constructor(versaoAtual: number) {
    super('O espaço mudou desde que foi lido; leia-o de novo antes de mudá-lo', { versaoAtual });
  }
}

export class SituacaoInvalida extends regra('reservas.situacao-invalida', 'CONFLITO') {
  constructor(situacao: string) {
    super(`O espaço já está ${situacao}`, { situacao });
  }
}

/** What stands in the way of taking time or a unit away from a space. */
export interface Obstaculo {
  readonly tipo: 'RESERVA' | 'BLOQUEIO';
  readonly id: string;
  readonly inicio: string;
  readonly fim: string;
}

export class UnidadeOcupada extends regra('reservas.unidade-ocupada', 'CONFLITO') {
  constructor(obstaculos: readonly Obstaculo[]) {
    super('Não há unidades sem reservas futuras que possam ser retiradas', { obstaculos });
  }
}

export class UnidadeInexistente extends regra('reservas.unidade-inexistente', 'INVALIDO') {
  constructor() {
    super('O espaço não tem alguma destas unidades');
  }
}

export class BloqueioEmConflito extends regra('reservas.bloqueio-em-conflito', 'CONFLITO') {
  constructor(obstaculos: readonly Obstaculo[]) {
    super('Há reservas ou bloqueios neste período', { obstaculos });
  }
}

export class BloqueioLongoDemais extends regra('reservas.bloqueio-longo-demais', 'INVALIDO') {
  constructor(maximoDias: number) {
    super(
      `Um bloqueio dura até ${maximoDias} dias, e termina até ${maximoDias} dias à frente; arquive o espaço que não volta`,
      { maximoDias },
    );
  }
}

export class BloqueioInexistente extends regra('reservas.bloqueio-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Este bloqueio não existe');
  }
}

export class BloqueioDeCalendario extends regra('reservas.bloqueio-de-calendario', 'CONFLITO') {
  constructor() {
    super('Este bloqueio vem de um calendário que o espaço segue: mude-o lá, ou deixe de seguir o calendário');
  }
}

export class SeguidosDemais extends regra('reservas.calendarios-seguidos-demais', 'CONFLITO') {
  constructor(maximo: number) {
    super(`Um espaço segue até ${maximo} calendários`, { maximo });
  }
}

export class SeguidoInexistente extends regra('reservas.calendario-seguido-inexistente', 'INEXISTENTE') {
  constructor() {
    super('O espaço não segue este calendário');
  }
}

export class SeguidoPausado extends regra('reservas.calendario-seguido-pausado', 'CONFLITO') {
  constructor() {
    super('O calendário está pausado; retome-o antes de buscar');
  }
}

export class EnderecoProibido extends regra('reservas.endereco-proibido', 'INVALIDO') {
  constructor(porque: string) {
    super(`Não se busca neste endereço: ${porque}`);
  }
}

export class FeriadoRepetido extends regra('reservas.feriado-repetido', 'CONFLITO') {
  constructor() {
    super('Este dia já é feriado');
  }
}

export class FeriadoInexistente extends regra('reservas.feriado-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Este feriado não existe');
  }
}

const DO_ESPACO = {
  VER: 'ver',
  RESERVAR: 'reservar',
  RESERVAR_SEM_APROVACAO: 'reservar sem aprovação',
  APROVAR: 'aprovar os pedidos para',
  ADMINISTRAR: 'administrar',
} as const;

export class SemAcessoAoEspaco extends regra('reservas.sem-acesso-ao-espaco', 'PROIBIDO') {
  constructor(direito: keyof typeof DO_ESPACO) {
    super(`Só alguns grupos de pessoas podem ${DO_ESPACO[direito]} este espaço; fale com quem o administra`);
  }
}

export class PessoaInexistente extends regra('reservas.pessoa-inexistente', 'INEXISTENTE') {
  constructor() {
    super('A pessoa para quem seria a reserva não tem conta que se possa usar');
  }
}

export class FavoritosDemais extends regra('reservas.favoritos-demais', 'CONFLITO') {
  constructor(limite: number) {
    super(`São até ${limite} favoritos; desmarque algum`, { limite });
  }
}

export class OcupacoesDemais extends regra('reservas.ocupacoes-demais', 'INVALIDO') {
  constructor() {
    super('Há ocupações demais nestes espaços e nesta janela; peça menos espaços ou menos dias');
  }
}

export class FotoInexistente extends regra('reservas.foto-inexistente', 'INEXISTENTE') {
  constructor() {
    super('Não há foto com esse nome');
  }
}

export class FotoInvalida extends regra('reservas.foto-invalida', 'INVALIDO') {
  constructor() {
    super('Não é uma imagem JPEG, PNG ou WebP que se leia, ou tem pontos demais');
  }
}

export class PlanilhaIlegivel extends regra('reservas.planilha-ilegivel', 'INVALIDO') {
  /** @param porque a sentence */
  constructor(porque: string) {
    super(porque);
  }
}
