import { Falha, useIdioma } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { precoDe } from '../componentes/cartao-de-espaco.js';
import { Guardar } from '../componentes/guardar.js';
import { Quando } from '../componentes/quando.js';
import { SobreOEspaco } from '../componentes/sobre-o-espaco.js';
import { SuaRetencao } from '../componentes/sua-retencao.js';
import { umEspaco } from '../espacos.js';
import { useTextos } from '../textos/index.js';
import estilo from './espaco.module.css';

/** One space, and when one wants it; the day, the length and the start are in the address. */
export function Espaco() {
  const t = useTextos();
  const idioma = useIdioma();
  const { id } = useParams({ from: '/espacos/$id' });
  const { data: espaco, error, refetch } = useQuery(umEspaco(id));
  if (error) return <Falha erro={error} deNovo={() => void refetch()} />;
  if (!espaco) return <p role="status">{t('espaco.carregando')}</p>;
  return (
    <article>
      <div className={estilo['topo']}>
        <h1>{espaco.nome}</h1>
        <p>
          {t(`tipos.${espaco.tipo}`)} · {t('busca.lugares', { quantos: espaco.capacidade })} · {espaco.endereco},{' '}
          {espaco.cidade}
        </p>
        <p>
          <strong>{precoDe(espaco, t, idioma)}</strong>
        </p>
        <Guardar espacoId={espaco.id} />
      </div>
      <div className={estilo['colunas']}>
        <div className={estilo['texto']}>
          <SobreOEspaco espaco={espaco} />
        </div>
        <div className={estilo['painel']}>
          <SuaRetencao espacoId={espaco.id} />
          <Quando espaco={espaco} />
        </div>
      </div>
    </article>
  );
}
