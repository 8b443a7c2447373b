import { z } from 'zod';
import type { Servico } from './operacao.js';
import {
  canalNotificacao,
  finalidadeCobranca,
  fusoEmMensagem,
  id,
  idioma,
  instanteDeMensagem as instante,
  linhaDePreco as linhaDePrecoHttp,
  metodoPagamento,
  moeda,
  motivoCancelamento,
  origemEstorno,
  politicaCancelamento,
} from './primitives.js';

/** Amounts as they were published, one centavo above what can be charged: a published schema never changes. */
const centavos = z.int().min(0).max(100_000_000);
const linhaDePreco = linhaDePrecoHttp.extend({ valorCentavos: z.int().min(-100_000_000).max(100_000_000) });

const linhaDeApagamento = z.object({
  tipo: z.string(),
  quantidade: z.int().min(1),
  motivo: z.string().optional().describe('Por que se mantém'),
  ate: z.string().optional().describe('Até quando se mantém'),
});

/** Where a message goes: an event tells everyone what happened, a command asks one service to do something. */
export type MessageKind = 'evento' | 'comando';

interface MessageContract<S extends z.ZodType = z.ZodType> {
  readonly kind: MessageKind;
  /** The service that publishes it (an event) or carries it out (a command); `todos`: each tells of itself. */
  readonly owner: Servico | 'todos';
  readonly summary: string;
  readonly schema: S;
}

const contract = <S extends z.ZodType>(
  kind: MessageKind,
  owner: MessageContract['owner'],
  summary: string,
  schema: S,
): MessageContract<S> => ({ kind, owner, summary, schema });

/** What every event of a booking says about it. */
const reserva = {
  reservaId: id,
  clienteId: id,
  espacoId: id,
  espacoNome: z.string(),
  cidade: z.string(),
  inicio: instante,
  fim: instante,
  fuso: fusoEmMensagem,
  valorCentavos: centavos,
  moeda,
  /** The recurring series that it is an occurrence of. */
  serieId: id.optional(),
};
const reembolsoRetido = centavos
  .optional()
  .describe('O que seria devolvido e não pode ser: um banco o retém, ou o provedor já não estorna o pagamento');
/** Time kept around the booking, included in what is occupied. */
const ocupacao = z.object({ inicio: instante, fim: instante });
/**
 * Several charges of one booking are told apart by their number (a deposit is 1, its balance 2, …). `reservaId` is what
 * is paid for: a booking, or a whole series that is charged at once.
 */
const parcela = z.int().min(1).optional().describe('Número da cobrança desta reserva; ausente vale 1');
const pagamento = {
  pagamentoId: id,
  reservaId: id,
  parcela,
  valorCentavos: centavos,
  moeda,
  clienteId: id.optional().describe('De quem se cobra; ausente quando não se sabe (a cobrança cancelada antes de vir)'),
};

/** Changes of groups and of what they may are counted as one; who has all until `anterior` has all until `sequencia` by this. */
const mudancaDeAcesso = { sequencia: z.int().min(1), anterior: z.int().min(0) };

/**
 * Every message of the platform by its type, which is its routing key plus its version. A published version never
 * changes but for new optional fields; anything else is a new version beside it.
 */
export const messages = {
  'reserva.criada.v1': contract(
    'evento',
    'reservas',
    'O espaço foi retido para o cliente até expiraEm',
    z.object({
      ...reserva,
      unidades: z.array(id).min(1),
      ocupacao,
      expiraEm: instante,
      politicaCancelamento,
      requerAprovacao: z.boolean().optional(),
      espacoVersao: z.int().min(1).optional().describe('Versão das regras do espaço sob a qual foi feita'),
      preco: z.array(linhaDePreco).optional(),
      /** The deposit, when not everything is paid at once; the rest is due at `saldoVenceEm`. */
      sinalCentavos: centavos.optional(),
      saldoVenceEm: instante.optional(),
      cupom: z.string().optional(),
      cobrancaId: id.optional().describe('Sob que id é cobrada: a própria reserva (ausente) ou a sua série'),
      checkin: z
        .object({ codigo: z.string(), exigido: z.boolean(), toleranciaMinutos: z.int().min(0) })
        .optional()
        .describe('Código que a pessoa apresenta; exigido, quem não o usa até a tolerância perde a reserva'),
      filaId: id.optional().describe('A espera que esta retenção atende'),
      feitaPorId: id.optional().describe('Quem a fez, quando não foi a própria pessoa'),
    }),
  ),
  'reserva.aprovada.v1': contract(
    'evento',
    'reservas',
    'Quem administra aprovou o pedido; o espaço segue retido, agora à espera do pagamento, até expiraEm',
    z.object({
      ...reserva,
      expiraEm: instante,
      aguardaSerie: z
        .boolean()
        .optional()
        .describe('Outras ocorrências, pagas junto com esta, ainda esperam resposta; a cobrança vem depois dela'),
    }),
  ),
  'reserva.prorrogada.v1': contract(
    'evento',
    'reservas',
    'A retenção acompanha o meio de pagamento escolhido e vale até expiraEm',
    z.object({
      ...reserva,
      expiraEm: instante,
      conferindo: z
        .boolean()
        .optional()
        .describe(
          'O prazo de pagar acabou; o espaço segue retido enquanto se pergunta ao provedor se foi paga a tempo',
        ),
    }),
  ),
  'reserva.confirmada.v1': contract(
    'evento',
    'reservas',
    'O pagamento foi aprovado e a reserva vale',
    z.object({
      ...reserva,
      pagamentoId: id.nullable().describe('null quando a reserva é gratuita'),
      pagoCentavos: centavos.optional().describe('Já pago; ausente, o valor inteiro'),
    }),
  ),
  'reserva.saldo-pago.v1': contract(
    'evento',
    'reservas',
    'O que faltava pagar de uma reserva confirmada foi pago',
    z.object({ ...reserva, pagamentoId: id, pagoCentavos: centavos }),
  ),
  'reserva.remarcacao-pedida.v1': contract(
    'evento',
    'reservas',
    'O novo horário está retido além do antigo, até que a diferença de preço seja paga',
    z.object({
      ...reserva,
      novo: z.object({
        inicio: instante,
        fim: instante,
        valorCentavos: centavos,
        unidades: z.array(id).min(1),
        ocupacao,
        preco: z.array(linhaDePreco).optional(),
        espacoVersao: z.int().min(1).optional(),
      }),
      tetoReembolsoPercentual: z.int().min(0).max(100),
      diferencaCentavos: z
        .int()
        .describe('Negativa quando outra ocorrência da série encarece mais do que esta barateia'),
      expiraEm: instante,
    }),
  ),
  'reserva.remarcacao-desfeita.v1': contract(
    'evento',
    'reservas',
    'A diferença não foi paga a tempo: a reserva fica como estava e o novo horário foi liberado',
    z.object(reserva),
  ),
  'reserva.remarcada.v1': contract(
    'evento',
    'reservas',
    'A reserva mudou de horário; o antigo foi liberado no mesmo instante',
    z.object({
      ...reserva,
      unidades: z.array(id).min(1),
      ocupacao,
      anterior: z.object({ inicio: instante, fim: instante, valorCentavos: centavos }),
      pagoCentavos: centavos,
      reembolsoCentavos: centavos.describe('Devolvido porque o novo horário custa menos'),
      saldoCentavos: centavos.optional().describe('O que falta pagar, de uma reserva com sinal'),
      saldoVenceEm: instante.optional(),
      tetoReembolsoPercentual: z
        .int()
        .min(0)
        .max(100)
        .describe('Uma mudança de horário não melhora o reembolso: o que a política dava no momento dela'),
      reembolsoRetidoCentavos: reembolsoRetido,
      preco: z.array(linhaDePreco).optional(),
      espacoVersao: z.int().min(1).optional(),
    }),
  ),
  'reserva.reembolsada.v1': contract(
    'evento',
    'reservas',
    'Dinheiro desta reserva foi devolvido por quem administra ou pelo provedor, sem que ela mudasse',
    z.object({ ...reserva, reembolsoCentavos: centavos, pagoCentavos: centavos, origem: origemEstorno }),
  ),
  'reserva.contestada.v1': contract(
    'evento',
    'reservas',
    'Mudou o que bancos retêm ou levaram do que foi pago por esta reserva; os valores são os de agora',
    z.object({
      ...reserva,
      pagoCentavos: centavos.describe('Pago, não devolvido, e que nenhum banco levou'),
      perdidoCentavos: centavos.describe('O que bancos devolveram a quem contestou'),
      retidoCentavos: centavos.describe('Do pago, o que bancos retêm enquanto decidem'),
      indisponivelCentavos: centavos.describe('Do pago, o que hoje não pode ser devolvido; o retido incluído'),
    }),
  ),
  'reserva.reembolso-baixado.v1': contract(
    'evento',
    'reservas',
    'Desistiu-se de devolver o que já não podia ser devolvido: continua pago',
    z.object({ ...reserva, baixadoCentavos: centavos, pagoCentavos: centavos }),
  ),
  'reserva.iniciada.v1': contract('evento', 'reservas', 'A pessoa chegou e apresentou o código', z.object(reserva)),
  'reserva.nao-compareceu.v1': contract(
    'evento',
    'reservas',
    'Ninguém apresentou o código até a tolerância; o espaço foi liberado',
    z.object(reserva),
  ),
  'reserva.concluida.v1': contract('evento', 'reservas', 'O período da reserva terminou', z.object(reserva)),
  'reserva.cancelada.v1': contract(
    'evento',
    'reservas',
    'A reserva deixou de valer e o espaço foi liberado',
    z.object({
      ...reserva,
      motivo: motivoCancelamento,
      reembolsoCentavos: centavos,
      pagoCentavos: centavos.optional().describe('O que fica pago depois do reembolso'),
      justificativa: z.string().optional().describe('Palavras de quem cancelou, para a pessoa ler'),
      reembolsoRetidoCentavos: reembolsoRetido,
      perdidoCentavos: centavos.optional().describe('O que um banco já devolveu a quem contestou o pagamento'),
      expiraEm: instante.optional().describe('Quando deixou de ser retida, se o prazo ainda não tinha acabado'),
    }),
  ),
  'fila.atendida.v1': contract(
    'evento',
    'reservas',
    'Um horário foi liberado e está retido para quem esperava por ele, até expiraEm',
    z.object({
      ...reserva,
      filaId: id,
      expiraEm: instante,
      requerAprovacao: z.boolean().optional().describe('É um pedido, que quem administra responde até expiraEm'),
      sinalCentavos: centavos.optional().describe('O que se paga para ficar com ele; ausente, o valor inteiro'),
    }),
  ),
  'espaco.alterado.v1': contract(
    'evento',
    'reservas',
    'Um espaço foi criado, mudado, publicado ou arquivado',
    z.object({ espacoId: id, versao: z.int().min(1) }),
  ),
  'espaco.bloqueio-alterado.v1': contract(
    'evento',
    'reservas',
    'Quem administra tirou um período de um espaço, ou o devolveu',
    z.object({ espacoId: id, inicio: instante, fim: instante }),
  ),
  'espaco.acesso-alterado.v1': contract(
    'evento',
    'auth',
    'O que grupos de pessoas podem num espaço mudou; vale a de maior sequencia',
    z.object({
      espacoId: id,
      regras: z
        .record(z.string().max(60), z.array(id).max(100))
        .describe('Grupos por direito (VER, RESERVAR, …); ausente, como sempre foi. Outros direitos podem vir'),
      ...mudancaDeAcesso,
    }),
  ),
  'acesso.reenviar.v1': contract(
    'comando',
    'auth',
    'Contar de novo o que mudou de grupos e acessos depois de uma sequencia: algo não chegou',
    z.object({ desde: z.int().min(0) }),
  ),
  'cobranca.criar.v1': contract(
    'comando',
    'pagamentos',
    'Abrir a cobrança de uma reserva',
    z.object({
      reservaId: id,
      parcela,
      finalidade: finalidadeCobranca.optional().describe('Ausente vale INTEGRAL'),
      clienteId: id,
      valorCentavos: centavos.min(1),
      moeda,
      descricao: z.string(),
      expiraEm: instante,
      prorrogavelAte: instante
        .optional()
        .describe('Até quando um meio que tem prazo próprio (o QR do Pix) pode valer; ausente, até expiraEm'),
    }),
  ),
  'cobranca.cancelar.v1': contract(
    'comando',
    'pagamentos',
    'Encerrar a cobrança para que não possa mais ser paga',
    z.object({ reservaId: id, parcela }),
  ),
  'estorno.criar.v1': contract(
    'comando',
    'pagamentos',
    'Devolver dinheiro ao cliente, no máximo o que resta da cobrança; o id da mensagem é o id do estorno',
    z.object({ reservaId: id, parcela, valorCentavos: centavos.min(1), motivo: z.string() }),
  ),
  'pagamento.criado.v1': contract(
    'evento',
    'pagamentos',
    'A cobrança está aberta no provedor',
    z.object({ ...pagamento, metodos: z.array(metodoPagamento) }),
  ),
  'pagamento.em-processamento.v1': contract(
    'evento',
    'pagamentos',
    'A pessoa escolheu um meio que tem o seu próprio prazo (o QR do Pix); até expiraEm ainda pode pagar',
    z.object({ ...pagamento, metodo: metodoPagamento, expiraEm: instante }),
  ),
  'pagamento.aprovado.v1': contract(
    'evento',
    'pagamentos',
    'O dinheiro foi capturado',
    z.object({ ...pagamento, aprovadoEm: instante }),
  ),
  'pagamento.recusado.v1': contract(
    'evento',
    'pagamentos',
    'Uma tentativa de pagar foi recusada; outra ainda pode ser feita',
    z.object({ ...pagamento, motivo: z.string() }),
  ),
  'pagamento.cancelado.v1': contract(
    'evento',
    'pagamentos',
    'A cobrança foi encerrada sem captura e não pode mais ser paga',
    z.object(pagamento),
  ),
  'pagamento.estornado.v1': contract(
    'evento',
    'pagamentos',
    'Dinheiro foi devolvido ao cliente',
    z.object({
      ...pagamento,
      estornoId: id,
      totalEstornadoCentavos: centavos,
      origem: origemEstorno.optional().describe('Ausente vale RESERVA'),
      baixadoCentavos: centavos.optional().describe('O que se desistiu de devolver, com motivo; fica com a casa'),
    }),
  ),
  'pagamento.disputado.v1': contract(
    'evento',
    'pagamentos',
    'O titular contestou o pagamento no banco, a contestação terminou, ou mudou o que o banco tem por ela',
    z.object({
      ...pagamento,
      disputaId: id,
      situacao: z.enum(['ABERTA', 'GANHA', 'PERDIDA']),
      motivo: z.string(),
      retidoCentavos: centavos
        .optional()
        .describe('O que o banco tem agora por ela: retido, ou levado quando PERDIDA; ausente, o valor, ou 0 se GANHA'),
      estornavel: z
        .boolean()
        .optional()
        .describe('Se o provedor ainda estorna o pagamento apesar dela; ausente, só quando GANHA'),
      consulta: z.boolean().optional().describe('Só uma pergunta do banco, que não retém nada'),
    }),
  ),
  'notificacao.enviada.v1': contract(
    'evento',
    'notificacoes',
    'Uma notificação foi entregue ao provedor',
    z.object({ notificacaoId: id, usuarioId: id, reservaId: id, tipo: z.string(), canal: canalNotificacao }),
  ),
  'notificacao.falhou.v1': contract(
    'evento',
    'notificacoes',
    'Uma notificação não pôde ser entregue',
    z.object({
      notificacaoId: id,
      usuarioId: id,
      reservaId: id,
      tipo: z.string(),
      canal: canalNotificacao,
      motivo: z.string(),
    }),
  ),
  'notificacao.entregue.v1': contract(
    'evento',
    'notificacoes',
    'O provedor de uma notificação diz que ela chegou ao destinatário',
    z.object({ notificacaoId: id, usuarioId: id, reservaId: id, tipo: z.string(), canal: canalNotificacao }),
  ),
  'gancho.testado.v1': contract(
    'evento',
    'notificacoes',
    'Quem administra experimenta um gancho: chega só a ele, por HTTP, e não passa pelas filas',
    z.object({ ganchoId: id }),
  ),
  'usuario.registrado.v1': contract(
    'evento',
    'auth',
    'Uma pessoa criou a sua conta',
    z.object({ usuarioId: id, nome: z.string(), email: z.email(), idioma }),
  ),
  'usuario.atualizado.v1': contract(
    'evento',
    'auth',
    'O nome ou o e-mail de uma pessoa mudou',
    z.object({ usuarioId: id, nome: z.string(), email: z.email(), idioma }),
  ),
  'usuario.carta-pedida.v1': contract(
    'evento',
    'auth',
    'Há algo a dizer a alguém sobre a sua conta, por carta, no endereço que a mensagem traz',
    z.object({
      cartaId: id,
      usuarioId: id,
      tipo: z.string().describe('VERIFICAR_EMAIL, REDEFINIR_SENHA, SENHA_MUDOU, NOVO_APARELHO, …; outros podem vir'),
      nome: z.string(),
      email: z.email(),
      idioma,
      segredo: z
        .string()
        .max(1_000)
        .optional()
        .describe('O que só a carta pode mostrar, selado com CARTAS_CHAVE (AES-256-GCM, base64; cartaId é o rótulo)'),
      expiraEm: instante.optional().describe('Depois disto a carta não diz mais nada que valha'),
      aparelho: z.string().max(120).optional().describe('De onde foi feito o que se conta'),
      rede: z.string().max(60).optional(),
    }),
  ),
  'sessao.revogada.v1': contract(
    'evento',
    'auth',
    'Uma sessão acabou antes do seu tempo: os tokens de acesso dela não valem mais',
    z.object({
      sessaoId: id,
      usuarioId: id,
      motivo: z.string().describe('SAIDA, REVOGADA, REUSO, SENHA, CONTA, EXCESSO; outros podem vir'),
      revogadaEm: instante,
      tokensAte: instante.describe('Depois disto nenhum token de acesso dela estaria válido de todo modo'),
    }),
  ),
  'usuario.grupos-alterados.v1': contract(
    'evento',
    'auth',
    'A conta ou os grupos de uma pessoa mudaram; vale a de maior sequencia',
    z.object({
      usuarioId: id,
      grupos: z.array(id).max(500),
      ativa: z
        .boolean()
        .optional()
        .describe('Se a conta pode ser usada: não a desativada, nem a que está sendo apagada; ausente: não se diz'),
      ...mudancaDeAcesso,
    }),
  ),
  'usuario.grupos-em-dia.v1': contract(
    'evento',
    'auth',
    'Quantas mudanças de grupos e acessos houve até este momento: quem tem todas sabe até quando pode contar com elas',
    z.object({
      sequencia: z.int().min(0),
      em: instante,
      anterior: z
        .int()
        .min(0)
        .optional()
        .describe('Quem tem todas até esta tem todas até sequencia: nada resta das outras'),
    }),
  ),
  'usuario.apagamento-pedido.v1': contract(
    'evento',
    'auth',
    'Uma pessoa pediu que os seus dados sejam apagados: o serviço diz se há algo em andamento, ou apaga a sua parte',
    z.object({
      pedidoId: id,
      usuarioId: id,
      servico: z.string().describe('A quem se pede; os outros não fazem nada'),
      etapa: z.string().describe('CONFERIR e RECONFERIR perguntam, APAGAR apaga'),
    }),
  ),
  'usuario.exportacao-pedida.v1': contract(
    'evento',
    'auth',
    'Uma pessoa pediu os seus dados: o serviço manda a sua parte, em pedaços que só o auth abre',
    z.object({
      pedidoId: id,
      usuarioId: id,
      servico: z.string().describe('A quem se pede; os outros não fazem nada'),
      tentativa: z.int().min(1),
      chavePublica: z.string().max(200).describe('X25519, SPKI em base64: para ela se fecha cada pedaço'),
    }),
  ),
  'usuario.dados-exportados.v1': contract(
    'evento',
    'todos',
    'Um pedaço do que um serviço tem de uma pessoa; o último diz quantos foram',
    z.object({
      pedidoId: id,
      usuarioId: id,
      servico: z.string(),
      tentativa: z.int().min(1),
      ordem: z.int().min(1),
      arquivo: z.string().max(60).optional().describe('De que arquivo é o pedaço'),
      chave: z.string().max(200).optional().describe('X25519, SPKI em base64: com a privada do pedido, abre o pedaço'),
      conteudo: z
        .string()
        .max(2_000_000)
        .optional()
        .describe('gzip, fechado (AES-256-GCM), em base64; pedido/serviço/arquivo/ordem é o rótulo'),
      fim: z
        .object({
          pedacos: z.int().min(0),
          arquivos: z
            .array(
              z.object({
                arquivo: z.string().max(60),
                linhas: z.int().min(0),
                titulo: z.string(),
                tituloEn: z.string(),
              }),
            )
            .max(100),
        })
        .optional(),
    }),
  ),
  'usuario.anonimizado.v1': contract(
    'evento',
    'auth',
    'Uma pessoa foi apagada em todos os serviços: o id não é mais de ninguém',
    z.object({ usuarioId: id, anonimizadoEm: instante }),
  ),
  'apagamento.respondido.v1': contract(
    'evento',
    'todos',
    'O que um serviço respondeu a um pedido de apagamento; só contagens',
    z.object({
      pedidoId: id,
      servico: z.string(),
      etapa: z.string(),
      pendencias: z
        .array(z.object({ tipo: z.string(), id }))
        .max(100)
        .describe('O que ainda está em andamento'),
      apagado: z.array(linhaDeApagamento),
      mantido: z.array(linhaDeApagamento),
    }),
  ),
  'consentimento.alterado.v1': contract(
    'evento',
    'auth',
    'Uma pessoa consentiu numa finalidade, ou deixou de consentir; vale a última, pela sequência',
    z.object({
      usuarioId: id,
      finalidade: z.string().max(60).describe('NOVIDADES, PESQUISAS; outras podem vir'),
      concedido: z.boolean(),
      versaoDoTexto: z.int().min(1).describe('Do texto que lhe foi mostrado'),
      alteradoEm: instante,
    }),
  ),
  'operacao.alertada.v1': contract(
    'evento',
    'todos',
    'Um serviço achou o que não conserta sozinho; de cada causa diz-se uma vez por dia',
    z.object({
      tipo: z.enum(['MENSAGENS_MORTAS', 'DIVERGENCIA', 'SAGA_PARADA']),
      causa: z.string().max(300).describe('O que é, sem dados de ninguém'),
      quantidade: z.int().min(1).describe('De quantos se sabia então'),
      desde: instante,
    }),
  ),
  'auditoria.ancorada.v1': contract(
    'evento',
    'todos',
    'Até onde vai a corrente da auditoria de um serviço: quem o guarda percebe se algo lhe for tirado',
    z.object({
      servico: z.string().describe('De quem é a corrente'),
      posicao: z.int().min(1).describe('Do último elo'),
      hash: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .describe('Do último elo: SHA-256, em hexadecimal'),
    }),
  ),
} as const satisfies Record<string, MessageContract>;

export type MessageType = keyof typeof messages;
/** The data of a message of type `T`. */
export type MessageData<T extends MessageType> = z.output<(typeof messages)[T]['schema']>;

/** A message about to be sent: its type and its data. */
export type Message = { [T in MessageType]: { readonly type: T; readonly data: MessageData<T> } }[MessageType];

export const messageContract = (type: MessageType): MessageContract => messages[type];
export const isMessageType = (type: string): type is MessageType => Object.hasOwn(messages, type);
/**
 * Whether a message is about a person: those alone may name one, or hold an address. They travel by an outbox that is
 * emptied and never enter the history. Also of types that only a later release knows.
 */
export const isAboutPerson = (type: string): boolean => /^(?:usuario|consentimento)\./.test(type);
/** `reserva.criada.v1` → `reserva.criada`. */
export const routingKey = (type: string): string => type.replace(/\.v\d+$/, '');
