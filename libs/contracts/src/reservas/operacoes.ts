import { z } from 'zod';
import {
  buscaPorRecorrenciaHttp,
  filtroDaLinhaDoTempoHttp,
  linhaDoTempoHttp,
  recorrenciaHttp,
  repeticaoHttp,
} from '../http-agendas.js';
import { arquivoDeCalendario, calendarioCriadoHttp, calendariosHttp, novoCalendarioHttp } from '../http-calendarios.js';
import {
  calendarioSeguidoHttp,
  calendariosSeguidosHttp,
  mudancaDeCalendarioSeguidoHttp,
  novoCalendarioSeguidoHttp,
} from '../http-calendarios-seguidos.js';
import {
  bloqueioHttp,
  bloqueiosHttp,
  disponibilidadeHttp,
  edicaoDeEspacoHttp,
  espacoHttp,
  espacosHttp,
  feriadoHttp,
  feriadosHttp,
  filtroDeBloqueiosHttp,
  filtroDeEspacosHttp,
  filtroDeFeriadosHttp,
  filtroDeVersoesHttp,
  filtroPorQueHttp,
  idDeEspaco,
  janelaHttp,
  novoBloqueioHttp,
  novoFeriadoHttp,
  porQueHttp,
  precosSimuladosHttp,
  simulacaoDePrecoHttp,
  substituicaoDeEspacoHttp,
  unidadesHttp,
  vizinhosDoEspacoHttp,
  versoesDoEspacoHttp,
} from '../http-espacos.js';
import { esperaHttp, esperasHttp, novaEsperaHttp } from '../http-fila.js';
import { fotoHttp, nomeDeFoto, novaFotoHttp } from '../http-fotos.js';
import { filtroDePlanilhaHttp, importacaoHttp, novaImportacaoHttp, tipoDePlanilha } from '../http-planilhas.js';
import {
  cotacaoHttp,
  cupomHttp,
  cuponsHttp,
  filtroDeCuponsHttp,
  mudancaDeCupomHttp,
  novaCotacaoHttp,
  novoCupomHttp,
} from '../http-precos.js';
import {
  filtroDeOcupacaoHttp,
  filtroDeRelatorioHttp,
  relatorioDeAntecedenciaHttp,
  relatorioDeAusenciasHttp,
  relatorioDeCancelamentosHttp,
  relatorioDeOcupacaoHttp,
  relatorioDeReceitaHttp,
} from '../http-relatorios.js';
import {
  aprovacaoHttp,
  cancelamentoHttp,
  checkinHttp,
  filtroDeReservasHttp,
  historicoHttp,
  momentoHttp,
  mudancaDoDitoHttp,
  novaReservaHttp,
  destinoDaRemarcacaoHttp,
  previaDeCancelamentoHttp,
  previaDeRemarcacaoHttp,
  remarcacaoHttp,
  reservaHttp,
  reservasHttp,
} from '../http-reservas.js';
import {
  cancelamentoDaSerieHttp,
  escopoDoCancelamentoHttp,
  novaSerieHttp,
  previaDeCancelamentoDaSerieHttp,
  remarcacaoDaSerieHttp,
  serieCriadaHttp,
  serieHttp,
  seriesHttp,
} from '../http-series.js';
import { operacoesDe } from '../operacao.js';
import { filtroDaLinhaHttp, parteDaLinhaHttp, sagaHttp, sagasHttp } from '../http-linha-do-tempo.js';
import { id, paginacaoPor, paginaHttp, semCorpo } from '../primitives.js';

const operacao = operacoesDe('reservas');
const FORA_DAS_REGRAS = 'O período viola uma regra do espaço';
const VERSAO_DO_ESPACO = 'A versão do espaço, para If-Match';
const VERSAO_DO_CUPOM = 'A versão do cupom, para If-Match';
/** A series is up to 104 bookings, and is made, moved or cancelled in one transaction, ms. */
const PRAZO_DE_SERIE_MS = 25_000;

export const espacos = {
  list: operacao({
    metodo: 'GET',
    rota: '/v1/espacos',
    grupo: 'espacos',
    resumo: 'Procura espaços pelo que são, pelo preço e pelo tempo livre',
    acesso: 'TOKEN_OPCIONAL',
    publicaPor: 5,
    consulta: filtroDeEspacosHttp,
    respostas: { 200: espacosHttp },
  }),
  create: operacao({
    metodo: 'POST',
    rota: '/v1/espacos',
    grupo: 'espacos',
    resumo: 'Cadastra um espaço, como rascunho',
    acesso: 'espacos.administrar',
    idempotente: 'OPCIONAL',
    corpo: edicaoDeEspacoHttp,
    respostas: { 201: espacoHttp },
    etag: VERSAO_DO_ESPACO,
    problemas: { 422: 'Horários ou composição inválidos' },
  }),
  byId: operacao({
    metodo: 'GET',
    rota: '/v1/espacos/:id',
    grupo: 'espacos',
    resumo: 'Um espaço; o que não está publicado, só para quem administra',
    acesso: 'TOKEN_OPCIONAL',
    publicaPor: 5,
    parametros: { id: idDeEspaco },
    respostas: { 200: espacoHttp },
    etag: VERSAO_DO_ESPACO,
  }),
  replace: operacao({
    metodo: 'PUT',
    rota: '/v1/espacos/:id',
    grupo: 'espacos',
    resumo: 'Muda um espaço por inteiro; as reservas feitas guardam as regras de quando foram feitas',
    acesso: 'espacos.gerir',
    ifMatch: 'OBRIGATORIO',
    parametros: { id: idDeEspaco },
    corpo: substituicaoDeEspacoHttp,
    respostas: { 200: espacoHttp },
    etag: VERSAO_DO_ESPACO,
    problemas: {
      409: 'Há reservas nas unidades que sairiam',
      412: 'O espaço mudou desde que foi lido',
      422: 'Horários ou composição inválidos',
    },
  }),
  publish: operacao({
    metodo: 'POST',
    rota: '/v1/espacos/:id/publicacao',
    grupo: 'espacos',
    resumo: 'Publica: todos o veem e podem reservar',
    acesso: 'espacos.gerir',
    ifMatch: 'OPCIONAL',
    idempotente: 'OPCIONAL',
    parametros: { id },
    respostas: { 200: espacoHttp },
    etag: VERSAO_DO_ESPACO,
    problemas: { 409: 'Já está publicado' },
  }),
  archive: operacao({
    metodo: 'POST',
    rota: '/v1/espacos/:id/arquivamento',
    grupo: 'espacos',
    resumo: 'Arquiva: some da vista e não aceita reservas; as que há seguem valendo',
    acesso: 'espacos.gerir',
    ifMatch: 'OPCIONAL',
    idempotente: 'OPCIONAL',
    parametros: { id },
    respostas: { 200: espacoHttp },
    etag: VERSAO_DO_ESPACO,
    problemas: { 409: 'Já está arquivado' },
  }),
  versions: operacao({
    metodo: 'GET',
    rota: '/v1/espacos/:id/versoes',
    grupo: 'espacos',
    resumo: 'O que o espaço já disse, desde quando e por quem; o mais novo primeiro',
    acesso: 'espacos.gerir',
    parametros: { id: idDeEspaco },
    consulta: filtroDeVersoesHttp,
    respostas: { 200: versoesDoEspacoHttp },
  }),
  simulate: operacao({
    metodo: 'POST',
    rota: '/v1/simulacoes-de-preco',
    grupo: 'espacos',
    resumo: 'Quanto custariam estes períodos por uma tabela de preços que ainda não vale',
    acesso: 'espacos.administrar',
    corpo: simulacaoDePrecoHttp,
    respostas: { 200: precosSimuladosHttp },
    problemas: { 422: 'O preço passaria do que se pode cobrar' },
  }),
  units: operacao({
    metodo: 'GET',
    rota: '/v1/espacos/:id/unidades',
    grupo: 'espacos',
    resumo: 'As unidades do espaço',
    acesso: 'espacos.gerir',
    parametros: { id: idDeEspaco },
    respostas: { 200: unidadesHttp },
  }),
  neighbours: operacao({
    metodo: 'GET',
    rota: '/v1/espacos/:id/vizinhos',
    grupo: 'espacos',
    resumo: 'Os espaços que disputam as mesmas unidades: o salão de que é parte, as partes que tem',
    detalhe: 'O que se reserva num deles pode tirar tempo deste.',
    acesso: 'TOKEN_OPCIONAL',
    parametros: { id: idDeEspaco },
    respostas: { 200: vizinhosDoEspacoHttp },
  }),
  availability: operacao({
    metodo: 'GET',
    rota: '/v1/espacos/:id/disponibilidade',
    grupo: 'espacos',
    resumo: 'Intervalos livres e inícios possíveis, em até 92 dias',
    acesso: 'TOKEN_OPCIONAL',
    parametros: { id: idDeEspaco },
    consulta: janelaHttp,
    respostas: { 200: disponibilidadeHttp },
  }),
  why: operacao({
    metodo: 'GET',
    rota: '/v1/espacos/:id/porque',
    grupo: 'espacos',
    resumo: 'Por que um período não pode ser reservado, e o que pode em seu lugar',
    acesso: 'TOKEN_OPCIONAL',
    parametros: { id: idDeEspaco },
    consulta: filtroPorQueHttp,
    respostas: { 200: porQueHttp },
  }),
};

/** A JSON string of `FOTO_MAXIMA_BYTES` in base64, and what is around it. */
const CORPO_DE_FOTO_BYTES = 8_001_000;

/** Of spaces, wherever the house keeps them. */
export const fotos = {
  create: operacao({
    metodo: 'POST',
    rota: '/v1/fotos',
    grupo: 'espacos',
    resumo: 'Guarda uma foto, feita de novo: em WebP, até 1600 px, sem o que ela dizia de quem a tirou, e onde',
    detalhe: 'A mesma foto é o mesmo arquivo. Aparece num espaço quando se põe em `fotos` dele.',
    acesso: 'espacos.administrar',
    corpo: novaFotoHttp,
    corpoMaximoBytes: CORPO_DE_FOTO_BYTES,
    respostas: { 201: fotoHttp },
    problemas: { 422: 'Não é uma imagem que se leia, ou é grande demais' },
    prazoMs: 20_000,
  }),
  byName: operacao({
    metodo: 'GET',
    rota: '/v1/fotos/:arquivo',
    grupo: 'espacos',
    resumo: 'Uma foto; o que há sob um nome não muda nunca',
    acesso: 'PUBLICO',
    parametros: { arquivo: nomeDeFoto },
    respostas: { 200: { arquivo: true, binario: true, tipos: ['image/webp'] } },
    problemas: { 404: 'Não há foto com esse nome' },
  }),
};

/** A spreadsheet is done in one transaction, thousands of lines of it. */
const PRAZO_DE_PLANILHA_MS = 25_000;

export const planilhas = {
  bring: operacao({
    metodo: 'POST',
    rota: '/v1/importacoes',
    grupo: 'espacos',
    resumo: 'Traz espaços, horários ou reservas de uma planilha (CSV), ou reservas de um calendário (iCal)',
    detalhe:
      'De tudo ou de nada: com um erro, nada do arquivo entra. O que já está aqui fica como está, de modo que o mesmo arquivo pode vir de novo. Uma reserva trazida toma o horário como um bloqueio, sem cobrança.',
    acesso: 'espacos.administrar',
    corpo: novaImportacaoHttp,
    // Outside ASCII a character is several bytes.
    corpoMaximoBytes: 4_000_000,
    respostas: { 200: importacaoHttp },
    problemas: { 422: 'O arquivo não se lê, faltam colunas, ou é grande demais' },
    prazoMs: PRAZO_DE_PLANILHA_MS,
  }),
  take: operacao({
    metodo: 'GET',
    rota: '/v1/planilhas/:tipo',
    grupo: 'espacos',
    resumo: 'Os espaços, os horários ou as reservas, nas mesmas colunas em que se trazem',
    acesso: 'espacos.administrar',
    parametros: { tipo: tipoDePlanilha },
    consulta: filtroDePlanilhaHttp,
    respostas: {
      200: {
        arquivo: true,
        tipos: ['text/csv', 'text/calendar'],
        exemplo: 'espaco,cidade,dia_semana,abre,fecha\r\nSala Ipê,São Paulo,1,08:00,20:00\r\n',
      },
    },
    problemas: { 404: 'O espaço não existe', 422: 'Só reservas vão num calendário' },
    prazoMs: PRAZO_DE_PLANILHA_MS,
  }),
};

/** Many spaces at once. */
export const agendas = {
  timeline: operacao({
    metodo: 'GET',
    rota: '/v1/linha-do-tempo',
    grupo: 'espacos',
    resumo: 'O que toma o tempo de muitos espaços, numa janela: reservas, bloqueios, folgas e o tempo fechado',
    detalhe: 'Sem nomes; quem administra, opera ou gere o espaço vê de quem é e como se chama cada reserva.',
    acesso: 'TOKEN_OPCIONAL',
    ifNoneMatch: true,
    consulta: filtroDaLinhaDoTempoHttp,
    respostas: {
      200: { corpo: linhaDoTempoHttp, arquivo: true, tipos: ['application/json'] },
      304: { descricao: 'Nada mudou desde a última leitura' },
    },
    problemas: { 422: 'Espaços, dias ou reservas demais' },
  }),
  byRecurrence: operacao({
    metodo: 'POST',
    rota: '/v1/buscas/recorrencia',
    grupo: 'espacos',
    resumo: 'Onde cabe uma recorrência: por espaço, o que está livre, o que não, por quê, e a saída mais próxima',
    detalhe: 'Nada fica retido. Cada saída traz o corpo que POST /v1/series aceita como está.',
    acesso: 'TOKEN_OPCIONAL',
    corpo: buscaPorRecorrenciaHttp,
    respostas: { 200: recorrenciaHttp },
    problemas: { 422: 'A regra não serve, ou há ocupações demais' },
    prazoMs: 10_000,
  }),
};

/** The spaces that a person comes back to. */
export const favoritos = {
  list: operacao({
    metodo: 'GET',
    rota: '/v1/favoritos',
    grupo: 'favoritos',
    resumo: 'Os espaços que a pessoa marcou, por nome',
    acesso: 'reservas.fazer',
    consulta: z.strictObject(paginacaoPor('nomeEId')),
    respostas: { 200: espacosHttp },
  }),
  add: operacao({
    metodo: 'PUT',
    rota: '/v1/favoritos/:espacoId',
    grupo: 'favoritos',
    resumo: 'Marca um espaço; de novo, nada muda',
    acesso: 'reservas.fazer',
    parametros: { espacoId: idDeEspaco },
    respostas: { 204: {} },
    problemas: { 409: 'Já há favoritos demais' },
  }),
  remove: operacao({
    metodo: 'DELETE',
    rota: '/v1/favoritos/:espacoId',
    grupo: 'favoritos',
    resumo: 'Desmarca um espaço; sem ele, nada muda',
    acesso: 'reservas.fazer',
    parametros: { espacoId: idDeEspaco },
    respostas: { 204: {} },
  }),
};

export const bloqueios = {
  list: operacao({
    metodo: 'GET',
    rota: '/v1/espacos/:id/bloqueios',
    grupo: 'bloqueios',
    resumo: 'Bloqueios do espaço, o mais próximo primeiro',
    acesso: 'espacos.gerir',
    parametros: { id: idDeEspaco },
    consulta: filtroDeBloqueiosHttp,
    respostas: { 200: bloqueiosHttp },
  }),
  create: operacao({
    metodo: 'POST',
    rota: '/v1/espacos/:id/bloqueios',
    grupo: 'bloqueios',
    resumo: 'Bloqueia o espaço, ou algumas unidades, por um período',
    acesso: 'espacos.gerir',
    idempotente: 'OPCIONAL',
    parametros: { id: idDeEspaco },
    corpo: novoBloqueioHttp,
    respostas: { 201: bloqueioHttp },
    problemas: { 409: 'O que está no caminho vem em obstaculos' },
  }),
  remove: operacao({
    metodo: 'DELETE',
    rota: '/v1/espacos/:id/bloqueios/:bloqueioId',
    grupo: 'bloqueios',
    resumo: 'Desfaz o bloqueio e libera o tempo',
    acesso: 'espacos.gerir',
    parametros: { id: idDeEspaco, bloqueioId: id },
    respostas: { 204: {} },
    problemas: { 409: 'Ele vem de um calendário que o espaço segue' },
  }),
};

const DE_SEGUIDOS = { grupo: 'calendarios-seguidos', acesso: 'espacos.gerir' } as const;
const doSeguido = { id: idDeEspaco, calendarioId: id };
/** Calendars of elsewhere that say when a space is taken. */
export const calendariosSeguidos = {
  list: operacao({
    ...DE_SEGUIDOS,
    metodo: 'GET',
    rota: '/v1/espacos/:id/calendarios-seguidos',
    resumo: 'Os calendários de fora que o espaço segue, com a última busca e o que está no caminho',
    parametros: { id: idDeEspaco },
    respostas: { 200: calendariosSeguidosHttp },
  }),
  create: operacao({
    ...DE_SEGUIDOS,
    metodo: 'POST',
    rota: '/v1/espacos/:id/calendarios-seguidos',
    resumo: 'Segue um calendário (iCal) de fora: o que ele diz tomado fica bloqueado, e acompanha as mudanças dele',
    detalhe:
      'É buscado logo, e a cada 15 minutos. O tempo de reservas que já existem fica com elas; o resto se bloqueia, e elas se veem em conflitos.',
    idempotente: 'OPCIONAL',
    parametros: { id: idDeEspaco },
    corpo: novoCalendarioSeguidoHttp,
    respostas: { 201: calendarioSeguidoHttp },
    problemas: { 409: 'O espaço já segue muitos', 422: 'O endereço não é público, ou a unidade não é do espaço' },
  }),
  change: operacao({
    ...DE_SEGUIDOS,
    metodo: 'PATCH',
    rota: '/v1/espacos/:id/calendarios-seguidos/:calendarioId',
    resumo: 'Pausa o calendário, ou o retoma',
    parametros: doSeguido,
    corpo: mudancaDeCalendarioSeguidoHttp,
    respostas: { 200: calendarioSeguidoHttp },
  }),
  fetch: operacao({
    ...DE_SEGUIDOS,
    metodo: 'POST',
    rota: '/v1/espacos/:id/calendarios-seguidos/:calendarioId/busca',
    resumo: 'Busca o calendário assim que puder, sem esperar pela hora',
    parametros: doSeguido,
    corpo: semCorpo,
    respostas: { 202: calendarioSeguidoHttp },
    problemas: { 409: 'Está pausado' },
  }),
  remove: operacao({
    ...DE_SEGUIDOS,
    metodo: 'DELETE',
    rota: '/v1/espacos/:id/calendarios-seguidos/:calendarioId',
    resumo: 'Deixa de seguir o calendário, e libera o tempo que ele tomava',
    parametros: doSeguido,
    respostas: { 204: {} },
  }),
};

export const feriados = {
  list: operacao({
    metodo: 'GET',
    rota: '/v1/feriados',
    grupo: 'feriados',
    resumo: 'Feriados, por data',
    acesso: 'PUBLICO',
    consulta: filtroDeFeriadosHttp,
    respostas: { 200: feriadosHttp },
  }),
  add: operacao({
    metodo: 'POST',
    rota: '/v1/feriados',
    grupo: 'feriados',
    resumo: 'Acrescenta um feriado, numa cidade ou em todas; as reservas já feitas para o dia ficam',
    acesso: 'espacos.administrar',
    idempotente: 'OPCIONAL',
    corpo: novoFeriadoHttp,
    respostas: { 201: feriadoHttp },
    problemas: { 409: 'Já há este feriado' },
  }),
  remove: operacao({
    metodo: 'DELETE',
    rota: '/v1/feriados/:id',
    grupo: 'feriados',
    resumo: 'Retira um feriado',
    acesso: 'espacos.administrar',
    parametros: { id },
    respostas: { 204: {} },
  }),
};

export const cupons = {
  create: operacao({
    metodo: 'POST',
    rota: '/v1/cupons',
    grupo: 'cupons',
    resumo: 'Cria um cupom; maiúsculas e minúsculas do código são a mesma coisa',
    acesso: 'cupons.administrar',
    idempotente: 'OPCIONAL',
    corpo: novoCupomHttp,
    respostas: { 201: cupomHttp },
    etag: VERSAO_DO_CUPOM,
    problemas: { 409: 'Já existe um cupom com este código' },
  }),
  list: operacao({
    metodo: 'GET',
    rota: '/v1/cupons',
    grupo: 'cupons',
    resumo: 'Os cupons, do mais novo ao mais antigo',
    acesso: 'cupons.administrar',
    consulta: filtroDeCuponsHttp,
    respostas: { 200: cuponsHttp },
  }),
  byId: operacao({
    metodo: 'GET',
    rota: '/v1/cupons/:id',
    grupo: 'cupons',
    resumo: 'Um cupom, com quantos usos valem',
    acesso: 'cupons.administrar',
    parametros: { id },
    respostas: { 200: cupomHttp },
    etag: VERSAO_DO_CUPOM,
  }),
  change: operacao({
    metodo: 'PATCH',
    rota: '/v1/cupons/:id',
    grupo: 'cupons',
    resumo: 'Muda um cupom; cotações e reservas feitas antes ficam como estão',
    acesso: 'cupons.administrar',
    ifMatch: 'OPCIONAL',
    parametros: { id },
    corpo: mudancaDeCupomHttp,
    respostas: { 200: cupomHttp },
    etag: VERSAO_DO_CUPOM,
    problemas: { 412: 'O cupom mudou desde a leitura', 422: 'Uma regra dos cupons não permite' },
  }),
  deactivate: operacao({
    metodo: 'DELETE',
    rota: '/v1/cupons/:id',
    grupo: 'cupons',
    resumo: 'Desativa um cupom: ninguém mais o usa, e quem o usou fica como está',
    acesso: 'cupons.administrar',
    parametros: { id },
    respostas: { 204: {} },
  }),
};

export const cotacoes = {
  create: operacao({
    metodo: 'POST',
    rota: '/v1/cotacoes',
    grupo: 'cotacoes',
    resumo: 'Quanto custa uma reserva, linha por linha',
    acesso: 'reservas.fazer',
    detalhe: 'Nada fica retido. A reserva feita com `cotacaoId` até `expiraEm` paga exatamente este preço.',
    idempotente: 'OPCIONAL',
    corpo: novaCotacaoHttp,
    respostas: { 201: cotacaoHttp },
    problemas: {
      404: 'O espaço não existe',
      409: 'O cupom se esgotou',
      422: `${FORA_DAS_REGRAS}, ou o cupom não vale`,
    },
  }),
};

export const reservas = {
  create: operacao({
    metodo: 'POST',
    rota: '/v1/reservas',
    grupo: 'reservas',
    resumo: 'Retém o espaço e abre a cobrança',
    acesso: 'reservas.fazer',
    idempotente: 'OPCIONAL',
    corpo: novaReservaHttp,
    respostas: { 201: reservaHttp },
    problemas: {
      404: 'O espaço ou a cotação não existe',
      409: 'O espaço já está ocupado no período',
      422: FORA_DAS_REGRAS,
    },
  }),
  list: operacao({
    metodo: 'GET',
    rota: '/v1/reservas',
    grupo: 'reservas',
    resumo: 'As reservas de quem pergunta; todas, para quem administra ou opera',
    acesso: 'reservas.ver',
    consulta: filtroDeReservasHttp,
    respostas: { 200: reservasHttp },
  }),
  byId: operacao({
    metodo: 'GET',
    rota: '/v1/reservas/:id',
    grupo: 'reservas',
    resumo: 'Uma reserva',
    acesso: 'reservas.ver',
    parametros: { id },
    respostas: { 200: reservaHttp },
  }),
  describe: operacao({
    metodo: 'PATCH',
    rota: '/v1/reservas/:id',
    grupo: 'reservas',
    resumo: 'Muda o título, a nota e o número de pessoas, até o fim da reserva',
    acesso: 'reservas.mudar',
    parametros: { id },
    corpo: mudancaDoDitoHttp,
    respostas: { 200: reservaHttp },
    problemas: { 409: 'A reserva já acabou', 422: 'Não cabem tantas pessoas' },
  }),
  again: operacao({
    metodo: 'GET',
    rota: '/v1/reservas/:id/repeticao',
    grupo: 'reservas',
    resumo: 'O corpo de uma reserva igual, no próximo mesmo dia da semana e hora que esteja livre',
    acesso: 'reservas.ver',
    parametros: { id },
    respostas: { 200: repeticaoHttp },
  }),
  history: operacao({
    metodo: 'GET',
    rota: '/v1/reservas/:id/historico',
    grupo: 'reservas',
    resumo: 'Tudo o que aconteceu com a reserva, e o que ela era em qualquer momento',
    acesso: 'reservas.ver',
    parametros: { id },
    consulta: momentoHttp,
    respostas: { 200: historicoHttp },
  }),
  timeline: operacao({
    metodo: 'GET',
    rota: '/v1/reservas/:id/linha-do-tempo',
    grupo: 'reservas',
    resumo: 'O que houve com uma reserva em reservas, e o que ainda acontece sozinho',
    acesso: 'reservas.ver:todos',
    parametros: { id },
    consulta: filtroDaLinhaHttp,
    respostas: { 200: parteDaLinhaHttp },
  }),
  previewCancellation: operacao({
    metodo: 'GET',
    rota: '/v1/reservas/:id/cancelamento',
    grupo: 'reservas',
    resumo: 'O que voltaria se a reserva fosse cancelada agora',
    acesso: 'reservas.mudar',
    parametros: { id },
    respostas: { 200: previaDeCancelamentoHttp },
    problemas: { 409: 'Já não se pode cancelar' },
  }),
  cancel: operacao({
    metodo: 'POST',
    rota: '/v1/reservas/:id/cancelamento',
    grupo: 'reservas',
    resumo: 'Cancela; o reembolso segue a política do momento da reserva',
    acesso: 'reservas.mudar',
    detalhe: 'Com `reembolsoEsperadoCentavos`, só se o reembolso ainda for esse.',
    idempotente: 'OPCIONAL',
    parametros: { id },
    corpo: cancelamentoHttp,
    respostas: { 200: reservaHttp },
  }),
  previewMove: operacao({
    metodo: 'GET',
    rota: '/v1/reservas/:id/remarcacao',
    grupo: 'reservas',
    resumo: 'O que se pagaria, ou voltaria, se a reserva mudasse agora para outro horário',
    acesso: 'reservas.mudar',
    detalhe: 'Nada fica retido, e se o horário está livre não se confere.',
    parametros: { id },
    consulta: destinoDaRemarcacaoHttp,
    respostas: { 200: previaDeRemarcacaoHttp },
    problemas: { 409: 'Já não se pode mudar', 422: 'O horário viola uma regra do espaço' },
  }),
  possibleMoves: operacao({
    metodo: 'GET',
    rota: '/v1/reservas/:id/horarios',
    grupo: 'reservas',
    resumo: 'Para quando a reserva pode mudar, durando o mesmo; o tempo que ela já ocupa conta como livre',
    acesso: 'reservas.mudar',
    parametros: { id },
    consulta: janelaHttp.pick({ de: true, ate: true }),
    respostas: { 200: disponibilidadeHttp },
    problemas: { 409: 'Já não se pode mudar', 422: 'A janela é grande demais' },
  }),
  move: operacao({
    metodo: 'POST',
    rota: '/v1/reservas/:id/remarcacao',
    grupo: 'reservas',
    resumo: 'Muda de horário: na hora, ou, se custa mais, quando a diferença for paga',
    acesso: 'reservas.mudar',
    idempotente: 'OPCIONAL',
    parametros: { id },
    corpo: remarcacaoHttp,
    respostas: { 200: reservaHttp },
    problemas: { 409: 'O novo horário está ocupado', 422: 'O horário viola uma regra do espaço' },
  }),
  approve: operacao({
    metodo: 'POST',
    rota: '/v1/reservas/:id/aprovacao',
    grupo: 'reservas',
    resumo: 'Aprova um pedido, que passa a esperar o pagamento, ou o recusa com uma justificativa',
    acesso: 'reservas.decidir',
    idempotente: 'OPCIONAL',
    parametros: { id },
    corpo: aprovacaoHttp,
    respostas: { 200: reservaHttp },
  }),
  checkIn: operacao({
    metodo: 'POST',
    rota: '/v1/reservas/:id/checkin',
    grupo: 'reservas',
    resumo: 'Check-in com o código da reserva, de pouco antes do início até o fim',
    acesso: 'reservas.receber',
    parametros: { id },
    corpo: checkinHttp,
    respostas: { 200: reservaHttp },
    problemas: { 422: 'O código não é o desta reserva' },
  }),
};

/** For whoever receives people: the code says which booking it is. */
export const checkins = {
  create: operacao({
    metodo: 'POST',
    rota: '/v1/checkins',
    grupo: 'reservas',
    resumo: 'Check-in pelo código que a pessoa apresenta',
    acesso: 'reservas.receber:todos',
    corpo: checkinHttp,
    respostas: { 200: reservaHttp },
    problemas: { 422: 'Nenhuma reserva tem este código' },
  }),
};

export const series = {
  create: operacao({
    metodo: 'POST',
    rota: '/v1/series',
    grupo: 'series',
    resumo: 'Reserva por uma regra de recorrência; diz o que foi feito de cada ocorrência',
    acesso: 'reservas.fazer',
    idempotente: 'OPCIONAL',
    corpo: novaSerieHttp,
    respostas: { 201: serieCriadaHttp },
    problemas: {
      404: 'O espaço não existe',
      409: 'Nem tudo pode ser reservado; veja ocorrencias',
      422: 'A regra não serve',
    },
    prazoMs: PRAZO_DE_SERIE_MS,
  }),
  list: operacao({
    metodo: 'GET',
    rota: '/v1/series',
    grupo: 'series',
    resumo: 'As séries de quem pergunta; todas, para quem administra ou opera',
    acesso: 'reservas.ver',
    consulta: paginaHttp,
    respostas: { 200: seriesHttp },
  }),
  byId: operacao({
    metodo: 'GET',
    rota: '/v1/series/:id',
    grupo: 'series',
    resumo: 'Uma série, com as suas reservas',
    acesso: 'reservas.ver',
    parametros: { id },
    respostas: { 200: serieHttp },
  }),
  previewCancellation: operacao({
    metodo: 'GET',
    rota: '/v1/series/:id/cancelamento',
    grupo: 'series',
    resumo: 'Quantas ocorrências seriam canceladas agora, e o que voltaria delas',
    acesso: 'reservas.mudar',
    parametros: { id },
    consulta: escopoDoCancelamentoHttp,
    respostas: { 200: previaDeCancelamentoDaSerieHttp },
    problemas: { 409: 'Já não se pode cancelar' },
    prazoMs: PRAZO_DE_SERIE_MS,
  }),
  cancel: operacao({
    metodo: 'POST',
    rota: '/v1/series/:id/cancelamento',
    grupo: 'series',
    resumo: 'Cancela esta ocorrência, esta e as seguintes, ou todas as que não começaram',
    acesso: 'reservas.mudar',
    idempotente: 'OPCIONAL',
    parametros: { id },
    corpo: cancelamentoDaSerieHttp,
    respostas: { 200: serieHttp },
    prazoMs: PRAZO_DE_SERIE_MS,
  }),
  move: operacao({
    metodo: 'POST',
    rota: '/v1/series/:id/remarcacao',
    grupo: 'series',
    resumo: 'Muda o horário desta ocorrência, desta e das seguintes, ou de todas: de tudo ou de nada',
    acesso: 'reservas.mudar',
    idempotente: 'OPCIONAL',
    parametros: { id },
    corpo: remarcacaoDaSerieHttp,
    respostas: { 200: serieHttp },
    problemas: { 422: 'O horário viola uma regra do espaço' },
    prazoMs: PRAZO_DE_SERIE_MS,
  }),
};

export const fila = {
  join: operacao({
    metodo: 'POST',
    rota: '/v1/fila',
    grupo: 'fila',
    resumo: 'Entra na fila por um espaço, ou por qualquer um de uma busca; se já há horário, ele é retido',
    acesso: 'fila.usar',
    idempotente: 'OPCIONAL',
    corpo: novaEsperaHttp,
    respostas: { 201: esperaHttp },
    problemas: { 404: 'O espaço não existe', 409: 'A pessoa já espera por muita coisa', 422: 'O período não serve' },
  }),
  list: operacao({
    metodo: 'GET',
    rota: '/v1/fila',
    grupo: 'fila',
    resumo: 'As esperas de quem pergunta; todas, para quem administra',
    acesso: 'fila.usar',
    consulta: paginaHttp,
    respostas: { 200: esperasHttp },
  }),
  byId: operacao({
    metodo: 'GET',
    rota: '/v1/fila/:id',
    grupo: 'fila',
    resumo: 'Uma espera, com a retenção que a atendeu',
    acesso: 'fila.usar',
    parametros: { id },
    respostas: { 200: esperaHttp },
  }),
  leave: operacao({
    metodo: 'DELETE',
    rota: '/v1/fila/:id',
    grupo: 'fila',
    resumo: 'Sai da fila',
    acesso: 'fila.usar',
    parametros: { id },
    respostas: { 204: {} },
  }),
};

export const calendarios = {
  create: operacao({
    metodo: 'POST',
    rota: '/v1/calendarios',
    grupo: 'calendarios',
    resumo: 'Cria um endereço secreto de calendário (iCal)',
    acesso: 'calendarios.assinar',
    detalhe:
      'Das próprias reservas, ou, para quem administra, das de um espaço, sem dados pessoais. O endereço é mostrado ' +
      'só agora; por isso a criação não aceita Idempotency-Key, que o guardaria.',
    corpo: novoCalendarioHttp,
    respostas: { 201: calendarioCriadoHttp },
    problemas: { 404: 'O espaço não existe', 409: 'Há calendários demais; revogue um' },
  }),
  list: operacao({
    metodo: 'GET',
    rota: '/v1/calendarios',
    grupo: 'calendarios',
    resumo: 'Os próprios calendários; para quem administra, também os dos espaços',
    acesso: 'calendarios.assinar',
    respostas: { 200: calendariosHttp },
  }),
  revoke: operacao({
    metodo: 'DELETE',
    rota: '/v1/calendarios/:id',
    grupo: 'calendarios',
    resumo: 'Revoga um calendário: o endereço deixa de existir',
    acesso: 'calendarios.assinar',
    parametros: { id },
    respostas: { 204: {} },
  }),
};

/** What calendar programs read. Whoever knows the address may read; it is in no log and in no trace. */
export const feed = {
  feed: operacao({
    metodo: 'GET',
    rota: '/v1/calendarios/feed/:arquivo',
    grupo: 'calendarios',
    resumo: 'O calendário (RFC 5545) atrás de um endereço secreto',
    acesso: 'PUBLICO',
    ifNoneMatch: true,
    parametros: { arquivo: arquivoDeCalendario },
    respostas: {
      200: { arquivo: true, tipos: ['text/calendar'], exemplo: 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n' },
      304: { descricao: 'Nada mudou desde a última leitura' },
    },
    problemas: { 404: 'Não existe, ou foi revogado' },
  }),
};

const JSON_OU_CSV = ['application/json', 'text/csv'] as const;
const DE_RELATORIO = {
  metodo: 'GET',
  grupo: 'relatorios',
  detalhe:
    'Dias locais de cada espaço, ambos incluídos, até 366. Com `formato=csv`, o mesmo em `text/csv`, sem limite de linhas.',
  acesso: 'relatorios.ver',
  problemas: { 404: 'O espaço não existe', 422: 'Dias ou linhas demais' },
} as const;

export const relatorios = {
  ocupacao: operacao({
    ...DE_RELATORIO,
    rota: '/v1/relatorios/ocupacao',
    resumo: 'Quanto do tempo aberto foi usado, por espaço, dia ou hora',
    consulta: filtroDeOcupacaoHttp,
    respostas: { 200: { corpo: relatorioDeOcupacaoHttp, arquivo: true, tipos: JSON_OU_CSV } },
  }),
  receita: operacao({
    ...DE_RELATORIO,
    rota: '/v1/relatorios/receita',
    resumo: 'Preço, reembolsos e o que ficou, por espaço e dia do início',
    consulta: filtroDeRelatorioHttp,
    respostas: { 200: { corpo: relatorioDeReceitaHttp, arquivo: true, tipos: JSON_OU_CSV } },
  }),
  cancelamentos: operacao({
    ...DE_RELATORIO,
    rota: '/v1/relatorios/cancelamentos',
    resumo: 'Cancelamentos por motivo',
    consulta: filtroDeRelatorioHttp,
    respostas: { 200: { corpo: relatorioDeCancelamentosHttp, arquivo: true, tipos: JSON_OU_CSV } },
  }),
  ausencias: operacao({
    ...DE_RELATORIO,
    rota: '/v1/relatorios/ausencias',
    resumo: 'Quem veio e quem não compareceu',
    consulta: filtroDeRelatorioHttp,
    respostas: { 200: { corpo: relatorioDeAusenciasHttp, arquivo: true, tipos: JSON_OU_CSV } },
  }),
  antecedencia: operacao({
    ...DE_RELATORIO,
    rota: '/v1/relatorios/antecedencia',
    resumo: 'Quantos dias antes do início se reserva',
    consulta: filtroDeRelatorioHttp,
    respostas: { 200: { corpo: relatorioDeAntecedenciaHttp, arquivo: true, tipos: JSON_OU_CSV } },
  }),
};

export const sagas = {
  list: operacao({
    metodo: 'GET',
    rota: '/v1/sagas',
    grupo: 'sagas',
    resumo: 'As sagas das reservas, a que há mais tempo não muda primeiro',
    acesso: 'sagas.operar',
    consulta: z.strictObject({
      situacao: z
        .enum(['ESPERANDO', 'ATRASADA', 'PARADA', 'ENCERRADA'])
        .optional()
        .describe('PARADA: o prazo passou e dez tentativas falharam; ATRASADA: passou, e ainda se tenta'),
      passo: z
        .string()
        .regex(/^[A-Z_]{1,40}$/, 'não é um passo')
        .optional()
        .describe('Como COBRANDO, CONFERINDO, CONFIRMADA'),
      ...paginacaoPor('instanteEId'),
    }),
    respostas: { 200: sagasHttp },
  }),
  retry: operacao({
    metodo: 'POST',
    rota: '/v1/sagas/:id/retomada',
    grupo: 'sagas',
    resumo: 'Faz agora o que o prazo da saga pede, com as falhas contadas de novo; fica na auditoria',
    acesso: 'sagas.operar',
    parametros: { id },
    respostas: { 200: sagaHttp },
    problemas: { 409: 'O prazo ainda não chegou, ou não há mais o que fazer' },
  }),
};
