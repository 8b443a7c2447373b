import type {
  DecisaoDoEstornoHttp,
  DescarteDeWebhookHttp,
  DisputaHttp,
  DisputasHttp,
  EstornoHttp,
  EstornosHttp,
  FiltroDeDisputasHttp,
  FiltroDePagamentosHttp,
  FiltroDeWebhooksHttp,
  FiltroDoRazaoHttp,
  FormatoDeReciboHttp,
  NovaReconciliacaoHttp,
  NovoEstornoHttp,
  PagamentoHttp,
  PagamentosHttp,
  FiltroDeEstornosHttp,
  RazaoHttp,
  RecibosHttp,
  ReconciliacaoHttp,
  VerificacaoDeReciboHttp,
  WebhookHttp,
  WebhooksHttp,
} from '@plataforma/contracts';
import type { Upstream, UpstreamAnswer, UpstreamFile } from '@plataforma/platform';
import type { ForwardedHeaders } from './forwarded-headers.js';

/** The HTTP API of pagamentos as the BFFs use it, one method per operation; each may throw what PlatformApi says. */
export class PagamentosApi {
  constructor(private readonly upstream: Upstream) {}

  cobrancas(query: FiltroDePagamentosHttp, headers: ForwardedHeaders): Promise<PagamentosHttp> {
    return this.upstream.call('/v1/pagamentos', { query, headers });
  }

  cobranca(id: string, headers: ForwardedHeaders): Promise<PagamentoHttp> {
    return this.upstream.call(`/v1/pagamentos/${id}`, { headers });
  }

  estornos(id: string, headers: ForwardedHeaders): Promise<EstornosHttp> {
    return this.upstream.call(`/v1/pagamentos/${id}/estornos`, { headers });
  }

  recibos(id: string, headers: ForwardedHeaders): Promise<RecibosHttp> {
    return this.upstream.call(`/v1/pagamentos/${id}/recibos`, { headers });
  }

  /** JSON or PDF: handed on as it comes. */
  recibo(numero: string, query: FormatoDeReciboHttp, headers: ForwardedHeaders): Promise<UpstreamFile> {
    return this.upstream.file(`/v1/pagamentos/recibos/${numero}`, { query, headers });
  }

  verificarRecibo(codigo: string, headers: ForwardedHeaders): Promise<VerificacaoDeReciboHttp> {
    return this.upstream.call(`/v1/pagamentos/recibos/verificacoes/${codigo}`, { headers });
  }

  estornar(id: string, body: NovoEstornoHttp, headers: ForwardedHeaders): Promise<UpstreamAnswer<EstornoHttp>> {
    return this.upstream.exchange(`/v1/pagamentos/${id}/estornos`, { method: 'POST', body, headers });
  }

  estornosPendentes(query: FiltroDeEstornosHttp, headers: ForwardedHeaders): Promise<EstornosHttp> {
    return this.upstream.call('/v1/pagamentos/estornos', { query, headers });
  }

  decidirEstorno(
    id: string,
    body: DecisaoDoEstornoHttp,
    headers: ForwardedHeaders,
  ): Promise<UpstreamAnswer<EstornoHttp>> {
    return this.upstream.exchange(`/v1/pagamentos/estornos/${id}/decisao`, { method: 'POST', body, headers });
  }

  webhooksParados(query: FiltroDeWebhooksHttp, headers: ForwardedHeaders): Promise<WebhooksHttp> {
    return this.upstream.call('/v1/pagamentos/webhooks', { query, headers });
  }

  descartarWebhook(
    id: string,
    body: DescarteDeWebhookHttp,
    headers: ForwardedHeaders,
  ): Promise<UpstreamAnswer<WebhookHttp>> {
    return this.upstream.exchange(`/v1/pagamentos/webhooks/${id}/descarte`, { method: 'POST', body, headers });
  }

  razao(query: FiltroDoRazaoHttp, headers: ForwardedHeaders): Promise<RazaoHttp> {
    return this.upstream.call('/v1/pagamentos/razao', { query, headers });
  }

  disputas(query: FiltroDeDisputasHttp, headers: ForwardedHeaders): Promise<DisputasHttp> {
    return this.upstream.call('/v1/pagamentos/disputas', { query, headers });
  }

  disputa(id: string, headers: ForwardedHeaders): Promise<DisputaHttp> {
    return this.upstream.call(`/v1/pagamentos/disputas/${id}`, { headers });
  }

  evidencias(id: string, headers: ForwardedHeaders): Promise<UpstreamFile> {
    return this.upstream.file(`/v1/pagamentos/disputas/${id}/evidencias`, { headers });
  }

  pedirReconciliacao(
    body: NovaReconciliacaoHttp,
    headers: ForwardedHeaders,
  ): Promise<UpstreamAnswer<ReconciliacaoHttp>> {
    return this.upstream.exchange('/v1/pagamentos/reconciliacoes', { method: 'POST', body, headers });
  }

  reconciliacao(id: string, headers: ForwardedHeaders): Promise<ReconciliacaoHttp> {
    return this.upstream.call(`/v1/pagamentos/reconciliacoes/${id}`, { headers });
  }
}
