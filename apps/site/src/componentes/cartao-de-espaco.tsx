import { useEffect, useRef, useState } from 'react';
import type { EspacoHttp } from '@plataforma/contracts';
import { PAGINAS } from '@plataforma/contracts/paginas';
import {
  agora,
  dataCurta,
  diaDe,
  diasDepois,
  dinheiro,
  duracao,
  hora,
  instanteDe,
  Planta,
  Regua,
  type Trecho,
  useIdioma,
} from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Busca } from '../endereco.js';
import { duracaoPadrao, hojeEm, livresDe } from '../espacos.js';
import estilo from '../telas/busca.module.css';
import { useTextos } from '../textos/index.js';

/** A space as a search shows it, with the ruler of the day and its first free time; both come when it is looked at. */
export function CartaoDeEspaco({
  espaco,
  filtros,
  prioridade,
}: {
  espaco: EspacoHttp;
  filtros: Busca;
  prioridade: boolean;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const cartao = useRef<HTMLLIElement>(null);
  const visto = useVisto(cartao);
  const dia = filtros.dia ?? hojeEm(espaco.fuso);
  const minutos = duracaoPadrao(espaco, filtros.minutos);
  const destino = { to: '/espacos/$id', params: { id: espaco.id } } as const;
  return (
    <li ref={cartao} className={estilo['cartao']}>
      <div className={estilo['foto']}>
        <FotoOuPlanta espaco={espaco} prioridade={prioridade} />
      </div>
      <div className={estilo['texto']}>
        <h2>
          <Link
            {...destino}
            search={{ dia: filtros.dia, minutos: filtros.minutos, pessoas: filtros.pessoas }}
            className={estilo['nome'] ?? ''}
          >
            {espaco.nome}
          </Link>
        </h2>
        <p className={estilo['fatos']}>
          {t(`tipos.${espaco.tipo}`)} · {espaco.cidade} · {t('busca.lugares', { quantos: espaco.capacidade })}
        </p>
        <p className={estilo['preco']}>{precoDe(espaco, t, idioma)}</p>
        <div className={estilo['quando']}>
          {visto && <Quando {...{ espaco, dia, minutos }} procurado={filtros.dia !== undefined} />}
        </div>
      </div>
    </li>
  );
}

export const precoDe = (
  { precoHoraCentavos, precoDiaCentavos, regrasDePreco }: EspacoHttp,
  t: ReturnType<typeof useTextos>,
  idioma: string,
): string => {
  const porDia = precoDiaCentavos !== null;
  const valor = dinheiro(precoDiaCentavos ?? precoHoraCentavos, idioma);
  const aPartir = regrasDePreco.some(({ percentual }) => percentual !== 0);
  return t(porDia ? (aPartir ? 'busca.aPartirDia' : 'busca.porDia') : aPartir ? 'busca.aPartirHora' : 'busca.porHora', {
    valor,
  });
};

export function FotoOuPlanta({ espaco, prioridade = false }: { espaco: EspacoHttp; prioridade?: boolean }) {
  const t = useTextos();
  const [foto] = espaco.fotos;
  const [falhou, setFalhou] = useState(false);
  if (foto === undefined || falhou)
    return (
      <Planta
        {...espaco}
        legenda={`${t(`tipos.${espaco.tipo}`)} · ${t('busca.lugares', { quantos: espaco.capacidade })}`}
      />
    );
  return (
    <img
      src={foto}
      alt=""
      width={480}
      height={320}
      loading={prioridade ? 'eager' : 'lazy'}
      decoding="async"
      onError={() => setFalhou(true)}
    />
  );
}

/** True from the moment at which it comes near the window. */
function useVisto(alvo: React.RefObject<Element | null>): boolean {
  const [visto, setVisto] = useState(false);
  useEffect(() => {
    if (!alvo.current) return;
    const olho = new IntersectionObserver(
      (entradas) => {
        if (!entradas.some(({ isIntersecting }) => isIntersecting)) return;
        setVisto(true);
        olho.disconnect();
      },
      { rootMargin: '200px' },
    );
    olho.observe(alvo.current);
    return () => olho.disconnect();
  }, [alvo]);
  return visto;
}

function Quando({
  espaco,
  dia,
  minutos,
  procurado,
}: {
  espaco: EspacoHttp;
  dia: string;
  minutos: number;
  procurado: boolean;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const { id, fuso } = espaco;
  // Whoever named a day wants that one; otherwise the first that comes, within a week.
  const { data } = useQuery(livresDe({ id, fuso }, dia, procurado ? 1 : 7, minutos));
  if (!data) return null;
  const [primeiro] = data.inicios;
  const mostrado = procurado || primeiro === undefined ? dia : diaDe(primeiro, fuso);
  return (
    <>
      <ReguaDoDia {...{ espaco, livres: data.livres }} dia={mostrado} />
      {primeiro === undefined ? (
        <p className={estilo['fatos']}>
          {t(procurado ? 'busca.nesteDiaNao' : 'busca.nestaSemanaNao', { duracao: duracao(minutos, idioma) })}
        </p>
      ) : (
        <Link
          to={PAGINAS.espaco.replace(':id', '$id') as '/espacos/$id'}
          params={{ id }}
          search={{ dia: mostrado, minutos, inicio: primeiro }}
          className={estilo['inicio'] ?? ''}
        >
          {t('busca.primeiro', { quando: `${dataCurta(primeiro, fuso, idioma)}, ${hora(primeiro, fuso, idioma)}` })}
        </Link>
      )}
    </>
  );
}

/** The hours of a day at that place, and what is free of them. */
export function ReguaDoDia({
  espaco: { fuso, antecedenciaMinimaMinutos, horizonteDias },
  dia,
  livres,
}: {
  espaco: EspacoHttp;
  dia: string;
  livres: readonly { inicio: string; fim: string }[];
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const de = Date.parse(instanteDe(dia, '00:00', fuso));
  const ate = Date.parse(instanteDe(diasDepois(dia, 1), '00:00', fuso));
  // Free is what can still be booked: neither what is over, nor sooner than the space allows, nor beyond its horizon.
  const cedo = agora() + antecedenciaMinimaMinutos * 60_000;
  const tarde = horizonteDias === null ? Infinity : agora() + horizonteDias * 86_400_000;
  const trechos = livres
    .map(({ inicio, fim }): Trecho => ({
      de: Math.max(Date.parse(inicio), de, cedo),
      ate: Math.min(Date.parse(fim), ate, tarde),
    }))
    .filter((trecho) => trecho.de < trecho.ate);
  const ditos = trechos
    .slice(0, 6)
    .map((trecho) => `${hora(trecho.de, fuso, idioma)}–${hora(trecho.ate, fuso, idioma)}`);
  return (
    <Regua
      {...{ de, ate, livres: trechos }}
      marcas={[0, 6, 12, 18, 24].map((h) => String(h).padStart(2, '0'))}
      resumo={
        ditos.length === 0
          ? t('regua.nada', { dia: dataCurta(de + 3_600_000, fuso, idioma) })
          : t('regua.livre', { dia: dataCurta(de + 3_600_000, fuso, idioma), trechos: ditos.join(', ') })
      }
    />
  );
}
