import type { EspacoHttp } from '@plataforma/contracts';
import { dinheiro, duracao, Falha, useIdioma } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { cotacaoDe, estimativa, pedidoDe } from '../precos.js';
import { useSessao } from '../sessao.js';
import { useTextos } from '../textos/index.js';
import { LinhasDePreco } from './linhas-de-preco.js';

/** What a booking costs, line by line; until somebody logs in, what the price by the hour makes of it. */
export function PrecoDoPedido({
  espaco,
  inicio,
  minutos,
  cupom,
}: {
  espaco: EspacoHttp;
  inicio: string;
  minutos: number;
  cupom?: string | undefined;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const { estado } = useSessao();
  const pedido = pedidoDe(espaco, inicio, minutos, cupom);
  const cotacao = useQuery({ ...cotacaoDe(pedido), enabled: estado === 'ABERTA' });
  if (cotacao.error) return <Falha erro={cotacao.error} deNovo={() => void cotacao.refetch()} />;
  if (!cotacao.data) {
    const total = estimativa(espaco, pedido);
    const variavel = espaco.regrasDePreco.length > 0;
    return (
      <>
        <LinhasDePreco
          linhas={[{ descricao: t('preco.base', { duracao: duracao(minutos, idioma) }), valorCentavos: total }]}
          total={total}
          rotulo={t(variavel ? 'preco.estimado' : 'preco.total')}
        />
        {variavel && estado === 'ANONIMA' && <p>{t('preco.comRegras')}</p>}
      </>
    );
  }
  const { linhas, totalCentavos, sinal } = cotacao.data;
  return (
    <>
      <LinhasDePreco linhas={linhas} total={totalCentavos} />
      {sinal && (
        <p>
          {t('preco.sinal', {
            agora: dinheiro(sinal.sinalCentavos, idioma),
            depois: dinheiro(sinal.saldoCentavos, idioma),
          })}
        </p>
      )}
    </>
  );
}
