import type {
  AprovacaoHttp,
  BloqueioHttp,
  BloqueiosHttp,
  CalendarioCriadoHttp,
  CalendariosHttp,
  CancelamentoDaSerieHttp,
  CancelamentoHttp,
  CheckinHttp,
  CotacaoHttp,
  CupomHttp,
  CuponsHttp,
  DisponibilidadeHttp,
  EdicaoDeEspacoHttp,
  EspacoHttp,
  EspacosHttp,
  EsperaHttp,
  EsperasHttp,
  FeriadoHttp,
  FeriadosHttp,
  FiltroDeBloqueiosHttp,
  FiltroDeCuponsHttp,
  FiltroDeEspacosHttp,
  FiltroDeFeriadosHttp,
  FiltroDeRelatorioHttp,
  FiltroDeReservasHttp,
  FiltroDeVersoesHttp,
  FiltroPorQueHttp,
  HistoricoHttp,
  JanelaHttp,
  MomentoHttp,
  MudancaDeCupomHttp,
  NovaCotacaoHttp,
  NovaEsperaHttp,
  NovaReservaHttp,
  NovaSerieHttp,
  NovoBloqueioHttp,
  NovoCalendarioHttp,
  NovoCupomHttp,
  NovoFeriadoHttp,
  PaginaHttp,
  PorQueHttp,
  PreviaDeCancelamentoHttp,
  RemarcacaoDaSerieHttp,
  RemarcacaoHttp,
  ReservaHttp,
  ReservasHttp,
  SerieCriadaHttp,
  SerieHttp,
  SeriesHttp,
  UnidadesHttp,
  VersoesDoEspacoHttp,
} from '@plataforma/contracts';
import type { Upstream, UpstreamAnswer, UpstreamFile } from '@plataforma/platform';
import type { ForwardedHeaders } from './forwarded-headers.js';

type Answer<T> = Promise<UpstreamAnswer<T>>;
type Query = Readonly<Record<string, string | number | boolean | undefined>>;
export type Relatorio = 'ocupacao' | 'receita' | 'cancelamentos' | 'ausencias' | 'antecedencia';

/** A series is up to 104 bookings, and is made, moved or cancelled in one transaction, ms. */
const SERIE_TIMEOUT_MS = 25_000;

/** The HTTP API of reservas as the BFFs use it, one method per operation; each may throw what PlatformApi says. */
export class ReservasApi {
  constructor(private readonly upstream: Upstream) {}

  espacos(query: FiltroDeEspacosHttp, headers: ForwardedHeaders): Promise<EspacosHttp> {
    return this.read('/v1/espacos', headers, query);
  }

  espaco(id: string, headers: ForwardedHeaders): Answer<EspacoHttp> {
    return this.upstream.exchange(`/v1/espacos/${id}`, { headers });
  }

  criarEspaco(body: EdicaoDeEspacoHttp, headers: ForwardedHeaders): Answer<EspacoHttp> {
    return this.write('POST', '/v1/espacos', headers, body);
  }

  mudarEspaco(id: string, body: EdicaoDeEspacoHttp, headers: ForwardedHeaders): Answer<EspacoHttp> {
    return this.write('PUT', `/v1/espacos/${id}`, headers, body);
  }

  publicarEspaco(id: string, headers: ForwardedHeaders): Answer<EspacoHttp> {
    return this.write('POST', `/v1/espacos/${id}/publicacao`, headers);
  }

  arquivarEspaco(id: string, headers: ForwardedHeaders): Answer<EspacoHttp> {
    return this.write('POST', `/v1/espacos/${id}/arquivamento`, headers);
  }

  versoesDoEspaco(id: string, query: FiltroDeVersoesHttp, headers: ForwardedHeaders): Promise<VersoesDoEspacoHttp> {
    return this.read(`/v1/espacos/${id}/versoes`, headers, query);
  }

  unidadesDoEspaco(id: string, headers: ForwardedHeaders): Promise<UnidadesHttp> {
    return this.read(`/v1/espacos/${id}/unidades`, headers);
  }

  disponibilidade(espacoId: string, query: JanelaHttp, headers: ForwardedHeaders): Promise<DisponibilidadeHttp> {
    return this.read(`/v1/espacos/${espacoId}/disponibilidade`, headers, query);
  }

  porQue(espacoId: string, query: FiltroPorQueHttp, headers: ForwardedHeaders): Promise<PorQueHttp> {
    return this.read(`/v1/espacos/${espacoId}/porque`, headers, query);
  }

  bloqueios(espacoId: string, query: FiltroDeBloqueiosHttp, headers: ForwardedHeaders): Promise<BloqueiosHttp> {
    return this.read(`/v1/espacos/${espacoId}/bloqueios`, headers, query);
  }

  bloquear(espacoId: string, body: NovoBloqueioHttp, headers: ForwardedHeaders): Answer<BloqueioHttp> {
    return this.write('POST', `/v1/espacos/${espacoId}/bloqueios`, headers, body);
  }

  desbloquear(espacoId: string, id: string, headers: ForwardedHeaders): Promise<void> {
    return this.remove(`/v1/espacos/${espacoId}/bloqueios/${id}`, headers);
  }

  feriados(query: FiltroDeFeriadosHttp, headers: ForwardedHeaders): Promise<FeriadosHttp> {
    return this.read('/v1/feriados', headers, query);
  }

  criarFeriado(body: NovoFeriadoHttp, headers: ForwardedHeaders): Answer<FeriadoHttp> {
    return this.write('POST', '/v1/feriados', headers, body);
  }

  retirarFeriado(id: string, headers: ForwardedHeaders): Promise<void> {
    return this.remove(`/v1/feriados/${id}`, headers);
  }

  cupons(query: FiltroDeCuponsHttp, headers: ForwardedHeaders): Promise<CuponsHttp> {
    return this.read('/v1/cupons', headers, query);
  }

  cupom(id: string, headers: ForwardedHeaders): Answer<CupomHttp> {
    return this.upstream.exchange(`/v1/cupons/${id}`, { headers });
  }

  criarCupom(body: NovoCupomHttp, headers: ForwardedHeaders): Answer<CupomHttp> {
    return this.write('POST', '/v1/cupons', headers, body);
  }

  mudarCupom(id: string, body: MudancaDeCupomHttp, headers: ForwardedHeaders): Answer<CupomHttp> {
    return this.write('PATCH', `/v1/cupons/${id}`, headers, body);
  }

  desativarCupom(id: string, headers: ForwardedHeaders): Promise<void> {
    return this.remove(`/v1/cupons/${id}`, headers);
  }

  cotar(body: NovaCotacaoHttp, headers: ForwardedHeaders): Answer<CotacaoHttp> {
    return this.write('POST', '/v1/cotacoes', headers, body);
  }

  criarReserva(body: NovaReservaHttp, headers: ForwardedHeaders): Answer<ReservaHttp> {
    return this.write('POST', '/v1/reservas', headers, body);
  }

  listarReservas(query: FiltroDeReservasHttp, headers: ForwardedHeaders): Promise<ReservasHttp> {
    return this.read('/v1/reservas', headers, query);
  }

  reserva(id: string, headers: ForwardedHeaders): Promise<ReservaHttp> {
    return this.read(`/v1/reservas/${id}`, headers);
  }

  historico(id: string, query: MomentoHttp, headers: ForwardedHeaders): Promise<HistoricoHttp> {
    return this.read(`/v1/reservas/${id}/historico`, headers, query);
  }

  preverCancelamento(id: string, headers: ForwardedHeaders): Promise<PreviaDeCancelamentoHttp> {
    return this.read(`/v1/reservas/${id}/cancelamento`, headers);
  }

  cancelarReserva(id: string, body: CancelamentoHttp, headers: ForwardedHeaders): Answer<ReservaHttp> {
    return this.write('POST', `/v1/reservas/${id}/cancelamento`, headers, body);
  }

  remarcarReserva(id: string, body: RemarcacaoHttp, headers: ForwardedHeaders): Answer<ReservaHttp> {
    return this.write('POST', `/v1/reservas/${id}/remarcacao`, headers, body);
  }

  aprovarReserva(id: string, body: AprovacaoHttp, headers: ForwardedHeaders): Answer<ReservaHttp> {
    return this.write('POST', `/v1/reservas/${id}/aprovacao`, headers, body);
  }

  fazerCheckin(id: string, body: CheckinHttp, headers: ForwardedHeaders): Answer<ReservaHttp> {
    return this.write('POST', `/v1/reservas/${id}/checkin`, headers, body);
  }

  fazerCheckinPorCodigo(body: CheckinHttp, headers: ForwardedHeaders): Answer<ReservaHttp> {
    return this.write('POST', '/v1/checkins', headers, body);
  }

  criarSerie(body: NovaSerieHttp, headers: ForwardedHeaders): Answer<SerieCriadaHttp> {
    return this.write('POST', '/v1/series', headers, body, SERIE_TIMEOUT_MS);
  }

  series(query: PaginaHttp, headers: ForwardedHeaders): Promise<SeriesHttp> {
    return this.read('/v1/series', headers, query);
  }

  serie(id: string, headers: ForwardedHeaders): Promise<SerieHttp> {
    return this.read(`/v1/series/${id}`, headers);
  }

  cancelarSerie(id: string, body: CancelamentoDaSerieHttp, headers: ForwardedHeaders): Answer<SerieHttp> {
    return this.write('POST', `/v1/series/${id}/cancelamento`, headers, body, SERIE_TIMEOUT_MS);
  }

  remarcarSerie(id: string, body: RemarcacaoDaSerieHttp, headers: ForwardedHeaders): Answer<SerieHttp> {
    return this.write('POST', `/v1/series/${id}/remarcacao`, headers, body, SERIE_TIMEOUT_MS);
  }

  entrarNaFila(body: NovaEsperaHttp, headers: ForwardedHeaders): Answer<EsperaHttp> {
    return this.write('POST', '/v1/fila', headers, body);
  }

  esperas(query: PaginaHttp, headers: ForwardedHeaders): Promise<EsperasHttp> {
    return this.read('/v1/fila', headers, query);
  }

  espera(id: string, headers: ForwardedHeaders): Promise<EsperaHttp> {
    return this.read(`/v1/fila/${id}`, headers);
  }

  sairDaFila(id: string, headers: ForwardedHeaders): Promise<void> {
    return this.remove(`/v1/fila/${id}`, headers);
  }

  criarCalendario(body: NovoCalendarioHttp, headers: ForwardedHeaders): Answer<CalendarioCriadoHttp> {
    return this.write('POST', '/v1/calendarios', headers, body);
  }

  calendarios(headers: ForwardedHeaders): Promise<CalendariosHttp> {
    return this.read('/v1/calendarios', headers);
  }

  revogarCalendario(id: string, headers: ForwardedHeaders): Promise<void> {
    return this.remove(`/v1/calendarios/${id}`, headers);
  }

  feed(arquivo: string, headers: ForwardedHeaders): Promise<UpstreamFile> {
    return this.upstream.file(`/v1/calendarios/feed/${arquivo}`, { headers });
  }

  /** JSON or, where the query asks for it, CSV of any length: handed on as it comes. */
  relatorio(nome: Relatorio, query: FiltroDeRelatorioHttp, headers: ForwardedHeaders): Promise<UpstreamFile> {
    return this.upstream.file(`/v1/relatorios/${nome}`, { query, headers });
  }

  private read<T>(path: string, headers: ForwardedHeaders, query: Query = {}): Promise<T> {
    return this.upstream.call(path, { query, headers });
  }

  private write<T>(
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    headers: ForwardedHeaders,
    body?: unknown,
    timeoutMs?: number,
  ): Answer<T> {
    return this.upstream.exchange(path, { method, headers, body, ...(timeoutMs !== undefined && { timeoutMs }) });
  }

  private remove(path: string, headers: ForwardedHeaders): Promise<void> {
    return this.upstream.call(path, { method: 'DELETE', headers });
  }
}
