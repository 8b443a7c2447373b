import type { RespostaDeConvidado } from '@plataforma/contracts';
import { Aviso, Botao, Falha, periodo, useDoLink, useEnvio, useIdioma } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import { useTextos } from '../textos/index.js';
import estilo from './telas.module.css';

/** A guest, who has no account, says whether they come: by a press, for programs open the links of letters before people do. */
export function Convite() {
  const t = useTextos();
  const idioma = useIdioma();
  const token = useDoLink('token');
  const { data: convite, error } = useQuery({
    queryKey: ['convite', token],
    enabled: token !== undefined,
    queryFn: async () => (await api('POST /v1/convites/leitura', { corpo: { token: token ?? '' } })).body,
    staleTime: Infinity,
  });
  const resposta = useEnvio(async (qual: RespostaDeConvidado) => {
    await api('POST /v1/convites/resposta', { corpo: { token: token ?? '', resposta: qual } });
    return qual;
  });
  return (
    <div className={estilo['coluna']}>
      <h1>{t('titulos.convite')}</h1>
      {token === undefined && <p>{t('senha.semLink')}</p>}
      {error && <Falha erro={error} />}
      {resposta.falha !== undefined && <Falha erro={resposta.falha} />}
      {token !== undefined && !convite && !error && <p role="status">{t('convite.carregando')}</p>}
      {convite && (
        <>
          <section className={estilo['folha']}>
            <h2>{convite.espaco}</h2>
            <p className={estilo['suave']}>{convite.cidade}</p>
            <ul>
              {convite.periodos.map(({ inicio, fim }) => (
                <li key={inicio}>{periodo(inicio, fim, convite.fuso, idioma)}</li>
              ))}
            </ul>
            <p>{convite.anfitriao === null ? t('convite.semNome') : t('convite.por', { nome: convite.anfitriao })}</p>
          </section>
          {resposta.feito ? (
            <Aviso tom="certo" titulo={t('convite.feito')}>
              <p>{t('convite.feitoDetalhe')}</p>
            </Aviso>
          ) : (
            <div className={estilo['pilha']}>
              <p>{t('convite.pergunta', { quantas: convite.periodos.length })}</p>
              <div className={estilo['linha']}>
                <Botao ocupado={resposta.ocupado} onClick={() => resposta.enviar(undefined, 'VEM')}>
                  {t('convite.vou')}
                </Botao>
                <Botao
                  forma="secundario"
                  ocupado={resposta.ocupado}
                  onClick={() => resposta.enviar(undefined, 'NAO_VEM')}
                >
                  {t('convite.naoVou')}
                </Botao>
              </div>
            </div>
          )}
        </>
      )}
    </div>
  );
}
